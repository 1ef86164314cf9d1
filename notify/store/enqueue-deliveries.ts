import { sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { Delivery } from "../domain/delivery.ts";
import { laneOf, rankOf } from "../domain/lane.ts";
import type { NewDelivery } from "../usecases/delivery-ports.ts";
import { openLanes } from "./lane-rows.ts";
import { delivery } from "./schema.ts";

const rankOfRow = (row: NewDelivery): number => rankOf(laneOf(row.class, row.notice));

/** A delivery as the table's defaults make it. */
const asStored = ({ dedupeKey, ...row }: NewDelivery, now: Date): Delivery => ({
  ...row,
  state: "pending",
  attempts: 0,
  telegramMessageId: null,
  reason: null,
  nextAt: now,
  createdAt: now,
  updatedAt: now,
});

/**
 * Stores what is new in one statement and opens their lanes in another, however many they are; positions rise in the order of the deliveries. What has a
 * dedupe key that is known is left out. Answers what was stored, in the same order. Within a transaction: a delivery whose lane is
 * not opened waits until somebody looks for such.
 */
export const enqueueDeliveries = async (
  db: Queryable,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<Delivery[]> => {
  if (deliveries.length === 0) return [];
  const at = sql`${now.toISOString()}::timestamptz`;
  const { rows } = await db.execute<{ id: string }>(sql`
    insert into ${delivery} (id, dedupe_key, class, user_id, lane, notice, expires_at, next_at, created_at, updated_at)
    select d.id, d.dedupe_key, d.class, d.user_id, d.lane, d.notice, d.expires_at, ${at}, ${at}, ${at}
    from unnest(
      ${column(deliveries, "uuid", ({ id }) => id)},
      ${column(deliveries, "text", ({ dedupeKey }) => dedupeKey)},
      ${column(deliveries, "text", (row) => row.class)},
      ${column(deliveries, "uuid", ({ userId }) => userId)},
      ${column(deliveries, "smallint", rankOfRow)},
      ${column(deliveries, "jsonb", ({ notice }) => JSON.stringify(notice))},
      ${column(deliveries, "timestamptz", ({ expiresAt }) => expiresAt.toISOString())}
    ) with ordinality as d(id, dedupe_key, class, user_id, lane, notice, expires_at, n)
    order by d.n
    on conflict (dedupe_key) do nothing
    returning id`);
  const stored = new Set(rows.map(({ id }) => id));
  const fresh = deliveries.filter(({ id }) => stored.has(id));
  await openLanes(
    db,
    fresh.map((row) => ({ userId: row.userId, lane: rankOfRow(row) })),
    now,
  );
  return fresh.map((row) => asStored(row, now));
};
