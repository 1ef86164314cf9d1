import { and, desc, eq, getTableColumns, inArray, lt, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { Delivery } from "../domain/delivery.ts";
import { laneOf, rankOf } from "../domain/lane.ts";
import { noPace, type Paces } from "../domain/pace.ts";
import type { Claim, DeliveryStore } from "../usecases/delivery-ports.ts";
import { claimDeliveries } from "./claim-deliveries.ts";
import { enqueueDeliveries } from "./enqueue-deliveries.ts";
import { openLanes } from "./lane-rows.ts";
import { createPaceStore } from "./pace-store.ts";
import { recordOutcomes } from "./record-outcomes.ts";
import { resendUnknown } from "./resend-unknown.ts";
import { chatPace, delivery, deliveryLane } from "./schema.ts";
import { time } from "./time.ts";

/** Rows that one sweep ends, so that the statement stays short; the next sweep takes the rest. */
const SWEEP_MAX = 500;
/** Of what was under way when its worker died. */
const INTERRUPTED = "interrupted";

const {
  position,
  dedupeKey,
  lane,
  chatId,
  sendDeadline,
  claimId,
  changedTx,
  resentAt,
  target,
  origin,
  ...columns
} = getTableColumns(delivery);

/** Whose deliveries these are to send, and how fast. Who only puts some into the queue needs none of it. */
export interface Sending {
  readonly botId: string;
  readonly paces: Paces;
  /** True where what is unknown is sent once more. */
  readonly resendsUnknown?: boolean;
}

const claimMethods = (
  db: Queryable,
  { botId, paces }: Sending,
): Pick<DeliveryStore, "claim" | "unclaim" | "keep" | "giveUp"> => ({
  async claim(id, slots, now, deadline): Promise<Claim> {
    const options = { id, slots, now, deadline, botId };
    const claim = await claimDeliveries(db, options, paces);
    if (claim !== null) return claim;
    await createPaceStore(db, botId, paces).open(now);
    return (await claimDeliveries(db, options, paces)) ?? { messages: [], nextAt: null, notBefore: null };
  },

  async unclaim(id, now) {
    await db.execute(sql`
      with back as (
        update ${delivery}
        set state = 'pending', reason = null, attempts = attempts - 1, send_deadline = null
        -- Another instance's sweep may have given it up already.
        where claim_id = ${id} and state in ('sending', 'unknown')
        returning user_id),
      released as (
        update ${chatPace} c set held_until = ${time(now)} from back where c.user_id = back.user_id)
      update ${deliveryLane} l set due_at = ${time(now)} from back where l.user_id = back.user_id`);
  },

  async giveUp(claimIds, now) {
    return db
      .update(delivery)
      .set({ state: "unknown", reason: INTERRUPTED, sendDeadline: null, updatedAt: now })
      .where(and(eq(delivery.state, "sending"), inArray(delivery.claimId, [...claimIds])))
      .returning(columns);
  },

  async keep(claimIds, deadline) {
    // Not those that are just being recorded: their claim has ended.
    await db.execute(sql`
      with kept as (
        update ${delivery} set send_deadline = ${time(deadline)} where id in (
          select id from ${delivery}
          where state = 'sending' and claim_id = any(${column(claimIds, "uuid", (id) => id)})
          for update skip locked)
        returning user_id)
      update ${chatPace} set held_until = ${time(deadline)} where user_id in (
        select user_id from ${chatPace} where user_id in (select user_id from kept) for update skip locked)`);
  },
});

const queueMethods = (
  db: Queryable,
  { paces, resendsUnknown }: Sending,
): Pick<DeliveryStore, "enqueue" | "record" | "sweep"> => ({
  enqueue: (deliveries, now) => enqueueDeliveries(db, deliveries, now),

  record: (outcomes, now) => recordOutcomes(db, outcomes, paces, now),

  async sweep(now): Promise<Delivery[]> {
    if (resendsUnknown === true) await resendUnknown(db, now);
    return db
      .update(delivery)
      .set({
        // What a webhook gets twice it knows by its id, so that goes back to wait.
        state: sql`case when ${delivery.state} = 'pending' then 'expired'
          when ${delivery.channel} = 'webhook' then 'pending' else 'unknown' end`,
        reason: sql`case when ${delivery.state} = 'sending' then ${INTERRUPTED} else coalesce(${delivery.reason}, 'too late') end`,
        sendDeadline: null,
        updatedAt: now,
      })
      .where(
        // Each by its own index: all that waits is not read every second.
        sql`${delivery.id} = any(array(
          select id from (select id from ${delivery} where state = 'sending' and send_deadline < ${time(now)}
            limit ${SWEEP_MAX} for update skip locked) dead
          union all
          select id from (select id from ${delivery} where state = 'pending' and expires_at <= ${time(now)}
            limit ${SWEEP_MAX} for update skip locked) late))`,
      )
      .returning(columns);
  },
});

const readMethods = (db: Queryable): Pick<DeliveryStore, "find" | "list" | "reopen" | "count"> => ({
  async find(id) {
    const [row] = await db.select(columns).from(delivery).where(eq(delivery.id, id));
    return row ?? null;
  },

  async list({ userId, state, before, limit }): Promise<Delivery[]> {
    return db
      .select(columns)
      .from(delivery)
      .where(
        and(
          userId === undefined ? undefined : eq(delivery.userId, userId),
          state === undefined ? undefined : eq(delivery.state, state),
          before === undefined ? undefined : lt(delivery.id, before),
        ),
      )
      .orderBy(desc(delivery.id))
      .limit(limit);
  },

  async reopen(id, from, expiresAt, now) {
    const [row] = await db
      .update(delivery)
      .set({ state: "pending", reason: null, nextAt: now, expiresAt, updatedAt: now })
      .where(and(eq(delivery.id, id), eq(delivery.state, from)))
      .returning(columns);
    if (row === undefined) return null;
    if (row.channel === "telegram")
      await openLanes(db, [{ userId: row.userId, lane: rankOf(laneOf(row.class, row.notice)) }], now);
    return row;
  },

  async count(state) {
    return db.$count(delivery, eq(delivery.state, state));
  },
});

export const createDeliveryStore = (
  db: Queryable,
  sending: Sending = { botId: "", paces: noPace },
): DeliveryStore => ({
  ...claimMethods(db, sending),
  ...queueMethods(db, sending),
  ...readMethods(db),
});
