import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { delivery } from "./schema.ts";

/** Deliveries of one run; the next one takes the rest. */
const AT_ONCE = 1_000;

/**
 * Takes out of notices of before a moment where somebody signed in, and with what, as `withoutPlace` does; the notices stay. Any instance
 * may run it at any time. Answers of how many.
 */
export const forgetPlaces = async (db: Db, before: Date): Promise<number> => {
  const { rowCount } = await db.execute(sql`
    update ${delivery} set notice = jsonb_set(jsonb_set(jsonb_set(${delivery.notice},
      '{device}', 'null'), '{place}', 'null', false), '{timezone}', '"UTC"', false)
    where ${delivery.id} in (
      select ${delivery.id} from ${delivery}
      where ${delivery.createdAt} < ${before.toISOString()}::timestamptz and (${delivery.notice} ->> 'device') is not null
      limit ${AT_ONCE} for update skip locked)`);
  return rowCount ?? 0;
};
