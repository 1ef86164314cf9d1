import { sql } from "drizzle-orm";
import type { Database } from "../ports/database.ts";
import { RELAY } from "./lease.ts";
import { outbox, outboxLease } from "./schema.ts";

/** Events that are counted at most: enough to see that something is wrong, in a statement that stays short. */
const COUNT_MAX = 100_000;

/** How the outbox of one service stands. */
export interface OutboxStanding {
  /** Events that wait, counted to 100,000 at most. */
  readonly unsent: number;
  /** Age of the oldest, in seconds; 0 when none waits. */
  readonly oldestSeconds: number;
  /** Publishing attempts that failed with the oldest. */
  readonly failedAttempts: number;
  /** True while some instance holds the lease to publish: only while there is, or has just been, something to do. */
  readonly relaying: boolean;
}

/** One look at the outbox. Fails as the database does. */
export const readOutboxStanding = async ({ db }: Database): Promise<OutboxStanding> => {
  const { rows } = await db.execute<{
    unsent: number;
    age: number | null;
    attempts: number | null;
    relaying: boolean;
  }>(sql`
    with oldest as (
      select extract(epoch from clock_timestamp() - created_at)::float8 as age, attempts
      from ${outbox} where published_at is null order by position limit 1)
    select
      (select count(*)::int from (
        select 1 from ${outbox} where published_at is null limit ${COUNT_MAX}) as waiting) as unsent,
      (select age from oldest) as age,
      (select attempts from oldest) as attempts,
      exists (select 1 from ${outboxLease} where name = ${RELAY} and until >= clock_timestamp()) as relaying`);
  const [row] = rows;
  return {
    unsent: row?.unsent ?? 0,
    oldestSeconds: Math.max(0, row?.age ?? 0),
    failedAttempts: row?.attempts ?? 0,
    relaying: row?.relaying ?? false,
  };
};
