import { sql } from "drizzle-orm";
import type { Database, Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { LaneKeeper } from "../usecases/delivery-ports.ts";
import { delivery, deliveryLane } from "./schema.ts";
import { time } from "./time.ts";

/** Lanes that are removed in one transaction; the next one takes the rest. */
const REMOVE_MAX = 500;

/** A lane of a person, by its rank. */
export interface LaneRow {
  readonly userId: string;
  readonly lane: number;
}

/** A lane in which something begins to wait, and until when at least, where that is not now. */
export interface OpenedLane extends LaneRow {
  readonly dueAt?: Date;
}

const byPerson = (a: LaneRow, b: LaneRow): number =>
  a.userId === b.userId ? a.lane - b.lane : a.userId < b.userId ? -1 : 1;

const unnested = (rows: readonly LaneRow[]) => sql`unnest(
  ${column(rows, "uuid", ({ userId }) => userId)},
  ${column(rows, "smallint", ({ lane }) => lane)}) as n(user_id, lane)`;

const opened = (rows: readonly OpenedLane[]) => sql`unnest(
  ${column(rows, "uuid", ({ userId }) => userId)},
  ${column(rows, "smallint", ({ lane }) => lane)},
  ${column(rows, "timestamptz", ({ dueAt }) => dueAt?.toISOString() ?? null)}) as n(user_id, lane, due_at)`;

/** Each lane once, due when the first of what comes into it is. */
const earliest = (rows: readonly OpenedLane[]): OpenedLane[] => {
  const known = new Map<string, OpenedLane>();
  for (const row of rows) {
    const key = `${row.userId}:${row.lane}`;
    const before = known.get(key);
    const isLater = before !== undefined && (before.dueAt?.getTime() ?? 0) <= (row.dueAt?.getTime() ?? 0);
    if (!isLater) known.set(key, row);
  }
  return [...known.values()];
};

/**
 * Makes sure that the lanes are there until this transaction ends. Those that are there already are locked so that nobody
 * removes them (`for key share`), and so that claims and records, which change no key, do not wait for us. A lane that is removed at the same moment
 * is made once more. In the order of persons, so that two who open the same lanes never wait for each other.
 */
export const openLanes = async (db: Queryable, rows: readonly OpenedLane[], now: Date): Promise<void> => {
  let missing = earliest(rows).sort(byPerson);
  while (missing.length > 0) {
    const { rows: there } = await db.execute<{ user_id: string; lane: number }>(sql`
      with made as (
        insert into ${deliveryLane} (user_id, lane, due_at, used_until)
        select n.user_id, n.lane, coalesce(n.due_at, ${time(now)}), ${time(now)} from ${opened(missing)} order by 1, 2
        on conflict do nothing
        returning user_id, lane)
      select user_id, lane from made
      union all
      select user_id, lane from (
        select l.user_id, l.lane from ${deliveryLane} l join ${unnested(missing)} using (user_id, lane)
        order by 1, 2 for key share of l) kept`);
    const found = new Set(there.map(({ user_id, lane }) => `${user_id}:${lane}`));
    missing = missing.filter(({ userId, lane }) => !found.has(`${userId}:${lane}`));
  }
};

const isEmpty = sql`not exists (
    select 1 from ${delivery} d where d.user_id = l.user_id and d.lane = l.lane and d.state = 'pending')
  and not exists (select 1 from ${delivery} d where d.user_id = l.user_id and d.state = 'sending' and d.channel = 'telegram')`;

/** Empty, and with a pace that is not used up: who would be made anew would be the same. */
const removable = (now: Date) => sql`
  l.due_at <= ${time(now)} and l.used_until <= ${time(now)} and ${isEmpty}`;

/**
 * Removes lanes in which nothing waits. Whoever puts something into one holds it until the commit, so after the lock either
 * the delivery is to be seen or the lane is made anew. The look before the lock is too old for that: it is repeated.
 */
const removeEmpty = (database: Database, now: Date): Promise<number> =>
  database.transaction(async (tx) => {
    const { rows } = await tx.execute<{ user_id: string; lane: number }>(sql`
      select l.user_id, l.lane from ${deliveryLane} l where ${removable(now)}
      limit ${REMOVE_MAX} for update of l skip locked`);
    if (rows.length === 0) return 0;
    const candidates = rows.map(({ user_id: userId, lane }) => ({ userId, lane }));
    await tx.execute(sql`
      delete from ${deliveryLane} l using ${unnested(candidates)}
      where l.user_id = n.user_id and l.lane = n.lane and ${isEmpty}`);
    return rows.length;
  });

/** The upkeep of the lanes over a service's database. */
export const createLaneKeeper = (database: Database): LaneKeeper => ({
  removeEmpty: (now) => removeEmpty(database, now),

  async restore(now) {
    await database.db.execute(sql`
      insert into ${deliveryLane} (user_id, lane, due_at, used_until)
      select distinct user_id, lane, ${time(now)}, ${time(now)} from ${delivery} where state = 'pending' and channel = 'telegram'
      on conflict do nothing`);
  },
});
