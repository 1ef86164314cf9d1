import { sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { NewDelivery } from "../usecases/ports.ts";
import { delivery } from "./schema.ts";

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
 * Stores what is new in one statement, however many they are; positions rise in the order of the deliveries. What has a
 * dedupe key that is known is left out. Answers what was stored, in the same order.
 */
export const enqueueDeliveries = async (
  db: Queryable,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<Delivery[]> => {
  if (deliveries.length === 0) return [];
  const at = sql`${now.toISOString()}::timestamptz`;
  const { rows } = await db.execute<{ id: string }>(sql`
    insert into ${delivery} (id, dedupe_key, class, user_id, notice, expires_at, next_at, created_at, updated_at)
    select d.id, d.dedupe_key, d.class, d.user_id, d.notice, d.expires_at, ${at}, ${at}, ${at}
    from unnest(
      ${column(deliveries, "uuid", ({ id }) => id)},
      ${column(deliveries, "text", ({ dedupeKey }) => dedupeKey)},
      ${column(deliveries, "text", (row) => row.class)},
      ${column(deliveries, "uuid", ({ userId }) => userId)},
      ${column(deliveries, "jsonb", ({ notice }) => JSON.stringify(notice))},
      ${column(deliveries, "timestamptz", ({ expiresAt }) => expiresAt.toISOString())}
    ) with ordinality as d(id, dedupe_key, class, user_id, notice, expires_at, n)
    order by d.n
    on conflict (dedupe_key) do nothing
    returning id`);
  const stored = new Set(rows.map(({ id }) => id));
  return deliveries.filter(({ id }) => stored.has(id)).map((row) => asStored(row, now));
};
