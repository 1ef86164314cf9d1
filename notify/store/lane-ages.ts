import { sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { type Lane, rankOf } from "../domain/lane.ts";
import { delivery, deliveryLane } from "./schema.ts";
import { time } from "./time.ts";

/** Lanes that are looked at: of those that are due longest some may be empty, and wait to be removed. */
const LOOK_MAX = 100;

/** How many seconds something of this lane has been due at most, over all people; 0 where nothing is. Reads no more than some lanes, however much waits. */
export const oldestDueSeconds = async (db: Queryable, lane: Lane, now: Date): Promise<number> => {
  const { rows } = await db.execute<{ seconds: number }>(sql`
    select coalesce(extract(epoch from ${time(now)} - min(l.due_at)), 0)::float8 as seconds from (
      select user_id, lane, due_at from ${deliveryLane}
      where lane = ${rankOf(lane)} and due_at <= ${time(now)} order by due_at limit ${LOOK_MAX}) l
    where exists (
      select 1 from ${delivery} d where d.user_id = l.user_id and d.lane = l.lane and d.state = 'pending')`);
  return rows[0]?.seconds ?? 0;
};
