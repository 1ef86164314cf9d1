import { asc, eq, sql } from "drizzle-orm";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { Database, Tx } from "../../shared/ports/database.ts";
import { crashPoint } from "../../shared/runtime/crash-point.ts";
import { type Broadcast, decideBroadcast } from "../domain/broadcast.ts";
import { withDeliveries } from "../domain/broadcast-tally.ts";
import type { BroadcastFeed, Tended } from "../usecases/broadcast-ports.ts";
import { broadcastOf, rowOf } from "./broadcast-rows.ts";
import { broadcast } from "./broadcast-schema.ts";
import {
  dropRecipients,
  feedQueue,
  isInQueue,
  roomInQueue,
  STEP_MAX,
  suppressWaiting,
  takeBack,
} from "./broadcast-steps.ts";
import { addToGone, broadcastLane, type GroupRow, groupsOf, ofBroadcast } from "./broadcast-tallies.ts";
import { delivery } from "./schema.ts";
import { time } from "./time.ts";

/** Broadcasts that are looked after in one turn; more than anybody has under way at once. */
const UNSETTLED_MAX = 100;
/** Rows that one run of the pruning deletes; the next one takes the rest. */
const PRUNE_MAX = 50_000;

export interface BroadcastFeedOptions {
  readonly database: Database;
  readonly newId: NewId;
  /** Deliveries of broadcasts that may wait in the queue: enough that the bot never waits for them, and no more. */
  readonly window: number;
}

const settle = (tx: Tx, id: string) =>
  tx.update(broadcast).set({ unsettled: false }).where(eq(broadcast.id, id));

/** Fills the queue up; the broadcast is done when nobody is left and nothing of it waits there. */
const tendRunning = async (
  tx: Tx,
  running: Broadcast,
  { newId, window }: BroadcastFeedOptions,
  now: Date,
): Promise<Tended> => {
  const room = Math.min(STEP_MAX, await roomInQueue(tx, window, now));
  // Not for every message that went, which would cost each of them a transaction.
  if (room < Math.min(STEP_MAX, window) / 2) return { moved: 0, more: false };
  const moved = await feedQueue(tx, running, room, { newId, now });
  if (moved > 0) return { moved, more: moved === STEP_MAX };
  if (await isInQueue(tx, running.id)) return { moved: 0, more: false };
  const decision = decideBroadcast(running, { kind: "finish" }, now);
  if (decision.kind === "changed")
    await tx.update(broadcast).set(rowOf(decision.broadcast)).where(eq(broadcast.id, running.id));
  return { moved: 0, more: false };
};

const tendPaused = async (tx: Tx, id: string, now: Date): Promise<Tended> => {
  const moved = await takeBack(tx, id, now);
  if (moved === 0 && !(await isInQueue(tx, id))) await settle(tx, id);
  return { moved, more: moved > 0 };
};

const tendCancelled = async (tx: Tx, id: string, now: Date): Promise<Tended> => {
  const moved = await suppressWaiting(tx, id, now);
  const dropped = await dropRecipients(tx, id, STEP_MAX);
  if (moved + dropped === 0 && !(await isInQueue(tx, id))) await settle(tx, id);
  return { moved, more: moved + dropped > 0 };
};

const tend = async (tx: Tx, id: string, options: BroadcastFeedOptions, now: Date): Promise<Tended> => {
  const nothing = { moved: 0, more: false };
  const [row] = await tx
    .select()
    .from(broadcast)
    .where(eq(broadcast.id, id))
    .for("update", { skipLocked: true });
  if (row === undefined) return nothing;
  const found = broadcastOf(row);
  switch (found.state) {
    case "running":
      return tendRunning(tx, found, options, now);
    case "paused":
      return tendPaused(tx, id, now);
    case "cancelled":
      return tendCancelled(tx, id, now);
    case "draft":
    case "done":
      return nothing;
    default:
      return found satisfies never;
  }
};

/** Forgets a page of what is known of one that ended before, and counts it. Answers the rows that went; null where there is none. */
const prunePage = async (tx: Tx, endedBefore: Date, now: Date): Promise<number | null> => {
  const [due] = await tx
    .select({ id: broadcast.id })
    .from(broadcast)
    .where(
      sql`${broadcast.prunedAt} is null and ${broadcast.endedAt} < ${time(endedBefore)} and not ${broadcast.unsettled}`,
    )
    .orderBy(asc(broadcast.endedAt))
    .limit(1)
    .for("update", { skipLocked: true });
  if (due === undefined) return null;
  const { rows } = await tx.execute<GroupRow>(sql`
    with gone as (
      delete from ${delivery} where id = any(array(
        select d.id from ${delivery} d
        where ${ofBroadcast(due.id)} and d.state not in ('pending', 'sending')
        limit ${STEP_MAX} for update skip locked))
      returning state, reason, lane)
    select state, reason, (count(*) filter (where lane = ${broadcastLane}))::int as n
    from gone group by state, reason`);
  const groups = groupsOf(rows);
  if (groups.length === 0) await tx.update(broadcast).set({ prunedAt: now }).where(eq(broadcast.id, due.id));
  else await addToGone(tx, due.id, (tally) => withDeliveries(tally, groups));
  return groups.reduce((sum, { count }) => sum + count, 0);
};

/** Moves recipients between their table and the queue. */
export const createBroadcastFeedStore = (options: BroadcastFeedOptions): BroadcastFeed => {
  const { database } = options;
  return {
    async unsettled() {
      const rows = await database.db
        .select({ id: broadcast.id })
        .from(broadcast)
        .where(sql`${broadcast.unsettled}`)
        .orderBy(asc(broadcast.startedAt))
        .limit(UNSETTLED_MAX);
      return rows.map(({ id }) => id);
    },

    async tend(id, now) {
      const tended = await database.transaction((tx) => tend(tx, id, options, now));
      if (tended.moved > 0) crashPoint("notify.feed.after-commit");
      return tended;
    },
  };
};

/** Forgets who got what of broadcasts that ended before, and keeps the counts. Any instance may run it, several at once too. Answers how many rows went. */
export const pruneBroadcasts = async (database: Database, endedBefore: Date, now: Date): Promise<number> => {
  let pruned = 0;
  while (pruned < PRUNE_MAX) {
    const rows = await database.transaction((tx) => prunePage(tx, endedBefore, now));
    if (rows === null) break;
    pruned += rows;
  }
  return pruned;
};
