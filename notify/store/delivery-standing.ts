import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { delivery } from "./schema.ts";

/** How the deliveries of a shop stand. */
export interface DeliveryStanding {
  readonly waiting: number;
  /** How long the first of those that wait is past its time, in seconds; 0 when none is. */
  readonly lateSeconds: number;
  /** Of the last 24 hours: refused for good. */
  readonly failed: number;
  /** Of the last 24 hours: nobody knows whether they arrived. */
  readonly unknown: number;
}

/** One look at the deliveries. */
export const readDeliveryStanding = async (db: Db): Promise<DeliveryStanding> => {
  const { rows } = await db.execute<{ waiting: number; late: number; failed: number; unknown: number }>(sql`
    select
      (select count(*)::int from ${delivery} where state = 'pending') as waiting,
      (select coalesce(extract(epoch from clock_timestamp() - min(next_at)), 0)::float8 from ${delivery}
       where state = 'pending') as late,
      (select count(*)::int from ${delivery} where state = 'failed' and updated_at > now() - interval '1 day') as failed,
      (select count(*)::int from ${delivery} where state = 'unknown' and updated_at > now() - interval '1 day') as unknown`);
  const [row] = rows;
  return {
    waiting: row?.waiting ?? 0,
    lateSeconds: Math.max(0, row?.late ?? 0),
    failed: row?.failed ?? 0,
    unknown: row?.unknown ?? 0,
  };
};
