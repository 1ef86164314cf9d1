import { and, eq, gt, lte, sql } from "drizzle-orm";
import type { Database, Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { SNOOZED } from "../domain/delivery.ts";
import type { NewDelivery } from "../usecases/delivery-ports.ts";
import type { SnoozeStore } from "../usecases/stock-ports.ts";
import { chat, delivery } from "./schema.ts";
import { stockSnooze } from "./staff-schema.ts";
import { time } from "./time.ts";

/**
 * Who wants to hear nothing of which SKU for a while. What waits already is withheld when it begins; an alert that is written in the very
 * moment may still come.
 */
export const createSnoozeStore = (database: Database): SnoozeStore => ({
  async find(userId, sku, now) {
    const [row] = await database.db
      .select({ until: stockSnooze.until })
      .from(stockSnooze)
      .where(and(eq(stockSnooze.userId, userId), eq(stockSnooze.sku, sku), gt(stockSnooze.until, now)));
    return row?.until ?? null;
  },

  begin: (userId, sku, until, now) =>
    database.transaction(async (tx) => {
      await tx.execute(sql`
        insert into ${stockSnooze} (user_id, sku, until) select ${userId}::uuid, ${sku}, ${time(until)}
        where not exists (select 1 from ${chat} where user_id = ${userId}::uuid and state = 'deleted')
        on conflict (user_id, sku) do update set until = excluded.until`);
      await tx
        .update(delivery)
        .set({ state: "suppressed", reason: SNOOZED, updatedAt: now })
        .where(
          and(
            eq(delivery.userId, userId),
            eq(delivery.state, "pending"),
            sql`${delivery.notice} ->> 'template' = 'stock-low'`,
            sql`${delivery.notice} ->> 'sku' = ${sku}`,
          ),
        );
    }),

  async end(userId, sku) {
    await database.db
      .delete(stockSnooze)
      .where(and(eq(stockSnooze.userId, userId), eq(stockSnooze.sku, sku)));
  },
});

const lowSkuOf = ({ notice }: NewDelivery): string | null =>
  notice.template === "stock-low" ? notice.sku : null;

/** Which of these are alerts of stock that their person has snoozed, by id. Asks nothing of the database where none is of stock. */
export const snoozedAmong = async (
  db: Queryable,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<ReadonlySet<string>> => {
  const alerts = deliveries.filter((row) => lowSkuOf(row) !== null);
  if (alerts.length === 0) return new Set();
  const { rows } = await db.execute<{ id: string }>(sql`
    select d.id from unnest(
      ${column(alerts, "uuid", ({ id }) => id)},
      ${column(alerts, "uuid", ({ userId }) => userId)},
      ${column(alerts, "text", lowSkuOf)}) as d(id, user_id, sku)
    join ${stockSnooze} s on s.user_id = d.user_id and s.sku = d.sku and s.until > ${time(now)}`);
  return new Set(rows.map(({ id }) => id));
};

/** Forgets snoozes that have ended. */
export const pruneSnoozes = async (db: Queryable, now: Date): Promise<void> => {
  await db.delete(stockSnooze).where(lte(stockSnooze.until, now));
};
