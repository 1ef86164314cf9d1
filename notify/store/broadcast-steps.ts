import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../../shared/ports/database.ts";
import { crashPoint } from "../../shared/runtime/crash-point.ts";
import { type Broadcast, broadcastKeyOf, textsInAll } from "../domain/broadcast.ts";
import { withMore } from "../domain/broadcast-tally.ts";
import { BROADCAST_CANCELLED, LIFE_MS } from "../domain/delivery.ts";
import type { NewDelivery } from "../usecases/delivery-ports.ts";
import { broadcastRecipient } from "./broadcast-schema.ts";
import { addToGone, broadcastLane, inChats, ofBroadcast } from "./broadcast-tallies.ts";
import { enqueueDeliveries } from "./enqueue-deliveries.ts";
import { delivery, deliveryLane } from "./schema.ts";
import { milliseconds, time } from "./time.ts";

// The steps by which recipients move between their own table and the queue. Each runs in a transaction that has locked the row of the
// broadcast, so that two instances never work on the same one.

/** Recipients that come into the queue in one step, and rows that are counted and deleted in one. */
export const STEP_MAX = 500;
/** Deliveries that are taken out of the queue in one step: all that a feed leaves due there, so that a pause counts at once. */
const WITHDRAW_MAX = 2_000;
/** A lane from which something was taken is looked at again so much later: a claim that read it before finds it not due. */
const LANE_PAUSE_MS = 1_000;

/** How many more may wait in the queue, when `window` may; what is held until later does not count. */
export const roomInQueue = async (tx: Tx, window: number, now: Date): Promise<number> => {
  const { rows } = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from (
      select 1 from ${deliveryLane} l
      where l.lane = ${broadcastLane} and l.due_at <= ${time(now)} and exists (
        select 1 from ${delivery} d where d.user_id = l.user_id and d.lane = l.lane and d.state = 'pending')
      limit ${window}) waiting`);
  return window - (rows[0]?.n ?? 0);
};

const deliveryTo = (given: Broadcast, userId: string, newId: () => string, now: Date): NewDelivery[] => {
  const texts = textsInAll(given.texts);
  if (texts === null) return [];
  return [
    {
      id: newId(),
      dedupeKey: broadcastKeyOf(given.id, userId),
      class: "broadcast",
      userId,
      notice: { template: "broadcast", broadcastId: given.id, texts },
      expiresAt: new Date(now.getTime() + LIFE_MS.broadcast),
    },
  ];
};

/** Brings so many recipients into the queue, and answers how many there were. */
export const feedQueue = async (
  tx: Tx,
  given: Broadcast,
  count: number,
  { newId, now }: { readonly newId: () => string; readonly now: Date },
): Promise<number> => {
  const { rows } = await tx.execute<{ user_id: string }>(sql`
    with next as (
      select r.broadcast_id, r.user_id from ${broadcastRecipient} r
      where r.broadcast_id = ${given.id}::uuid order by r.user_id limit ${count})
    delete from ${broadcastRecipient} r using next n
    where r.broadcast_id = n.broadcast_id and r.user_id = n.user_id
    returning r.user_id`);
  const users = rows.map(({ user_id: userId }) => userId).sort();
  await enqueueDeliveries(
    tx,
    users.flatMap((userId) => deliveryTo(given, userId, newId, now)),
    now,
  );
  if (users.length > 0) crashPoint("notify.feed.before-commit");
  return users.length;
};

/**
 * Deliveries of it that wait, of lanes that no claim is at; those that are due in front. Their lanes are locked, and looked at again
 * later. Copies of these for other ways go with them.
 */
const waitingOf = (id: string, now: Date): SQL => sql`
  waiting as materialized (
    select d.id, d.user_id from ${delivery} d
    where ${inChats(id)} and d.state = 'pending' order by d.next_at limit ${WITHDRAW_MAX}),
  free as materialized (
    select l.user_id from ${deliveryLane} l
    where l.lane = ${broadcastLane} and l.user_id in (select user_id from waiting)
    order by l.user_id for no key update of l skip locked),
  taken as materialized (
    select d.id, d.user_id from ${delivery} d
    where d.id in (select w.id from waiting w join free using (user_id)) and d.state = 'pending'
    for update of d skip locked),
  copies as materialized (
    select d.id from ${delivery} d join taken t using (user_id)
    where ${ofBroadcast(id)} and d.lane <> ${broadcastLane} and d.state = 'pending'
    for update of d skip locked),
  put_off as (
    update ${deliveryLane} l set due_at = greatest(l.due_at, ${time(now)} + ${milliseconds(LANE_PAUSE_MS)})
    from free f where l.user_id = f.user_id and l.lane = ${broadcastLane}),
  gone as (select id from taken union all select id from copies)`;

/** Takes what waits out of the queue: its people are recipients again, who have their turn when it goes on. Answers how many. */
export const takeBack = async (tx: Tx, id: string, now: Date): Promise<number> => {
  const { rowCount } = await tx.execute(sql`
    with ${waitingOf(id, now)},
    back as (delete from ${delivery} d using gone g where d.id = g.id)
    insert into ${broadcastRecipient} (broadcast_id, user_id) select ${id}::uuid, user_id from taken
    on conflict do nothing`);
  return rowCount ?? 0;
};

/** Ends what waits in the queue: it is not sent any more. Answers how many. */
export const suppressWaiting = async (tx: Tx, id: string, now: Date): Promise<number> => {
  const { rowCount } = await tx.execute(sql`
    with ${waitingOf(id, now)}
    update ${delivery} d set state = 'suppressed', reason = ${BROADCAST_CANCELLED}, updated_at = ${time(now)}
    from gone g where d.id = g.id`);
  return rowCount ?? 0;
};

/** Forgets recipients who had not had their turn, and counts them. Answers how many. */
export const dropRecipients = async (tx: Tx, id: string, limit: number): Promise<number> => {
  const { rowCount } = await tx.execute(sql`
    delete from ${broadcastRecipient} r where r.broadcast_id = ${id}::uuid and r.user_id in (
      select user_id from ${broadcastRecipient} where broadcast_id = ${id}::uuid order by user_id limit ${limit})`);
  const dropped = rowCount ?? 0;
  if (dropped > 0) await addToGone(tx, id, (tally) => withMore(tally, "suppressed", dropped));
  return dropped;
};

/** True while something of it waits in the queue or is under way. */
export const isInQueue = async (tx: Tx, id: string): Promise<boolean> => {
  const { rows } = await tx.execute(sql`
    select 1 from ${delivery} d where ${inChats(id)} and d.state in ('pending', 'sending') limit 1`);
  return rows.length > 0;
};
