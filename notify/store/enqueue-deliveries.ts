import { sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { type Delivery, SNOOZED, SWITCHED_OFF } from "../domain/delivery.ts";
import { laneOf, rankOf } from "../domain/lane.ts";
import { categoryOf, isOnByDefault } from "../domain/preferences.ts";
import type { NewDelivery } from "../usecases/delivery-ports.ts";
import { enqueueCopies } from "./enqueue-copies.ts";
import { heldUntil } from "./held-deliveries.ts";
import { openLanes } from "./lane-rows.ts";
import { delivery, preference } from "./schema.ts";
import { snoozedAmong } from "./snooze-store.ts";

const rankOfRow = (row: NewDelivery): number => rankOf(laneOf(row.class, row.notice));

/** A delivery as the statement has made it. */
const asStored = (
  { dedupeKey, origin, ...row }: NewDelivery,
  withheld: string | null,
  nextAt: Date,
  now: Date,
): Delivery => ({
  ...row,
  channel: "telegram",
  state: withheld === null ? "pending" : "suppressed",
  attempts: 0,
  telegramMessageId: null,
  reason: withheld,
  nextAt,
  createdAt: now,
  updatedAt: now,
});

/**
 * Stores what is new in one statement and opens their lanes in another, however many they are; positions rise in the order of the deliveries. What the person has switched
 * off or snoozed is stored as suppressed, and what quiet hours hold back waits for their end. What has a dedupe key that is known is left out. Answers what was stored, in the same order. Within a transaction: a delivery whose lane is
 * not opened waits until somebody looks for such.
 */
export const enqueueDeliveries = async (
  db: Queryable,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<Delivery[]> => {
  if (deliveries.length === 0) return [];
  const held = await heldUntil(db, deliveries, now);
  const snoozed = await snoozedAmong(db, deliveries, now);
  const nextAtOf = ({ id }: NewDelivery) => held.get(id) ?? now;
  const at = sql`${now.toISOString()}::timestamptz`;
  const isWanted = sql`coalesce((p.choices ->> d.category)::boolean, d.is_on)`;
  const withheld = sql`case when not ${isWanted} then ${SWITCHED_OFF}::text when d.is_snoozed then ${SNOOZED}::text end`;
  const { rows } = await db.execute<{ id: string; reason: string | null }>(sql`
    insert into ${delivery}
      (id, dedupe_key, class, user_id, lane, notice, expires_at, next_at, origin, state, reason, created_at, updated_at)
    select d.id, d.dedupe_key, d.class, d.user_id, d.lane, d.notice, d.expires_at, d.next_at, d.origin,
      case when ${withheld} is null then 'pending' else 'suppressed' end, ${withheld}, ${at}, ${at}
    from unnest(
      ${column(deliveries, "uuid", ({ id }) => id)},
      ${column(deliveries, "text", ({ dedupeKey }) => dedupeKey)},
      ${column(deliveries, "text", (row) => row.class)},
      ${column(deliveries, "uuid", ({ userId }) => userId)},
      ${column(deliveries, "smallint", rankOfRow)},
      ${column(deliveries, "jsonb", ({ notice }) => JSON.stringify(notice))},
      ${column(deliveries, "timestamptz", ({ expiresAt }) => expiresAt.toISOString())},
      ${column(deliveries, "timestamptz", (row) => nextAtOf(row).toISOString())},
      ${column(deliveries, "jsonb", ({ origin }) => (origin ? JSON.stringify(origin) : null))},
      ${column(deliveries, "text", ({ notice }) => categoryOf(notice))},
      ${column(deliveries, "boolean", ({ notice }) => isOnByDefault(categoryOf(notice)))},
      ${column(deliveries, "boolean", ({ id }) => snoozed.has(id))}
    ) with ordinality
      as d(id, dedupe_key, class, user_id, lane, notice, expires_at, next_at, origin, category, is_on, is_snoozed, n)
    left join ${preference} p on p.user_id = d.user_id
    order by d.n
    on conflict (dedupe_key) do nothing
    returning id, reason`);
  const stored = new Map(rows.map(({ id, reason }) => [id, reason]));
  const fresh = deliveries.filter(({ id }) => stored.has(id));
  const wanted = fresh
    .filter(({ id }) => stored.get(id) === null)
    .map((row) => ({ ...row, nextAt: nextAtOf(row) }));
  await openLanes(
    db,
    wanted.map((row) => ({ userId: row.userId, lane: rankOfRow(row), dueAt: row.nextAt })),
    now,
  );
  await enqueueCopies(db, wanted, now);
  return fresh.map((row) => asStored(row, stored.get(row.id) ?? null, nextAtOf(row), now));
};
