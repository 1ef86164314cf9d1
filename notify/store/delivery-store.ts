import { and, desc, eq, getTableColumns, inArray, lt, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { DeliveryStore } from "../usecases/ports.ts";
import { enqueueDeliveries } from "./enqueue-deliveries.ts";
import { learnt } from "./outcome-rows.ts";
import { delivery } from "./schema.ts";

/** Rows that one sweep ends, so that the statement stays short; the next sweep takes the rest. */
const SWEEP_MAX = 500;

const { position, dedupeKey, chatId, sendDeadline, claimId, ...columns } = getTableColumns(delivery);

const time = (at: Date) => sql`${at.toISOString()}::timestamptz`;

/**
 * The head of each person's queue that is due. Rows that another worker is taking are skipped; that worker's row still
 * reads `pending` or already `sending` here, so the person's next row is not taken either.
 *
 * Said so that PostgreSQL walks `delivery_order_idx` and stops after a few rows: those under way are few and read once, and
 * a person's head is one look into `delivery_lane_idx`. As an anti-join it would compare all that wait with each other.
 */
const dueHeads = (limit: number, now: Date) => sql`(
  select d.id from ${delivery} d
  where d.state = 'pending' and d.next_at <= ${time(now)} and d.expires_at > ${time(now)}
    and d.user_id <> all (array(select user_id from ${delivery} where state = 'sending'))
    and d.position = (
      select head.position from ${delivery} head
      where head.user_id = d.user_id and head.state in ('pending', 'sending')
      order by head.position limit 1)
  order by d.class = 'admin_alert', d.position
  limit ${limit}
  for update of d skip locked)`;

/** Whether more waits for the person of the row that is updated. */
const hasNext = sql<boolean>`exists (
  select 1 from ${delivery} next
  where next.user_id = delivery.user_id and next.state = 'pending' and next.id <> delivery.id)`;

const queueMethods = (
  db: Queryable,
): Pick<DeliveryStore, "enqueue" | "claim" | "unclaim" | "keep" | "record" | "sweep"> => ({
  enqueue: (deliveries, now) => enqueueDeliveries(db, deliveries, now),

  async claim(id, limit, now, deadline): Promise<Delivery[]> {
    return db
      .update(delivery)
      .set({
        state: "sending",
        attempts: sql`${delivery.attempts} + 1`,
        sendDeadline: deadline,
        claimId: id,
        updatedAt: now,
      })
      .where(sql`${delivery.id} in ${dueHeads(limit, now)}`)
      .returning(columns);
  },

  async unclaim(id) {
    await db
      .update(delivery)
      .set({ state: "pending", reason: null, attempts: sql`${delivery.attempts} - 1`, sendDeadline: null })
      // Another instance's sweep may have given it up already.
      .where(and(eq(delivery.claimId, id), inArray(delivery.state, ["sending", "unknown"])));
  },

  async keep(ids, deadline) {
    await db
      .update(delivery)
      .set({ sendDeadline: deadline })
      .where(sql`${delivery.id} = any(${sql.param(ids)}::uuid[]) and ${delivery.state} = 'sending'`);
  },

  async record(claimed, outcome, now) {
    const { nextAt, ...settlement } = outcome.settlement;
    const [recorded] = await db
      .with(...learnt(db, outcome, now))
      .update(delivery)
      .set({
        ...settlement,
        ...(nextAt === null ? {} : { nextAt }),
        chatId: outcome.chatId,
        sendDeadline: null,
        updatedAt: now,
      })
      .where(
        and(
          eq(delivery.id, claimed.id),
          eq(delivery.attempts, claimed.attempts),
          // A sweep may have given it up a moment before the answer came: the answer is the better knowledge.
          inArray(delivery.state, ["sending", "unknown"]),
        ),
      )
      .returning({ ...columns, hasNext });
    if (recorded === undefined) return null;
    const { hasNext: more, ...row } = recorded;
    return { delivery: row, hasNext: more };
  },

  async sweep(now): Promise<Delivery[]> {
    return db
      .update(delivery)
      .set({
        state: sql`case when ${delivery.state} = 'sending' then 'unknown' else 'expired' end`,
        reason: sql`case when ${delivery.state} = 'sending' then 'interrupted' else coalesce(${delivery.reason}, 'too late') end`,
        sendDeadline: null,
        updatedAt: now,
      })
      .where(
        sql`${delivery.id} in (
          select id from ${delivery}
          where (state = 'sending' and send_deadline < ${time(now)}) or (state = 'pending' and expires_at <= ${time(now)})
          limit ${SWEEP_MAX}
          for update skip locked)`,
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
    return row ?? null;
  },

  async count(state) {
    return db.$count(delivery, eq(delivery.state, state));
  },
});

export const createDeliveryStore = (db: Queryable): DeliveryStore => ({
  ...queueMethods(db),
  ...readMethods(db),
});
