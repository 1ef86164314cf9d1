import { and, asc, eq, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { SUBSCRIPTIONS_MAX } from "../domain/back-in-stock.ts";
import type { BackInStockStore } from "../usecases/preference-ports.ts";
import { backInStock, chat, preference } from "./schema.ts";
import { time } from "./time.ts";

const columns = { sku: backInStock.sku, since: backInStock.createdAt };

const find = async (db: Queryable, userId: string, sku: string) => {
  const [row] = await db
    .select(columns)
    .from(backInStock)
    .where(and(eq(backInStock.userId, userId), eq(backInStock.sku, sku)));
  return row ?? null;
};

/** Who waits for which product. */
export const createBackInStockStore = (db: Queryable): BackInStockStore => ({
  async add(userId, sku, now) {
    // Two who add at once may go past the bound by one: it is there against thousands.
    await db.execute(sql`
      insert into ${backInStock} (user_id, sku, created_at) select ${userId}::uuid, ${sku}, ${time(now)}
      where (select count(*) from ${backInStock} where user_id = ${userId}::uuid) < ${SUBSCRIPTIONS_MAX}
        and not exists (select 1 from ${chat} where user_id = ${userId}::uuid and state = 'deleted')
      on conflict do nothing`);
    return find(db, userId, sku);
  },

  async remove(userId, sku) {
    await db.delete(backInStock).where(and(eq(backInStock.userId, userId), eq(backInStock.sku, sku)));
  },

  list: (userId) =>
    db.select(columns).from(backInStock).where(eq(backInStock.userId, userId)).orderBy(asc(backInStock.sku)),

  find: (userId, sku) => find(db, userId, sku),

  async take(limits) {
    // In the order of the SKUs: two who take of the same ones wait for each other once at most.
    const rows = [...limits].filter(([, limit]) => limit > 0).sort(([a], [b]) => (a < b ? -1 : 1));
    if (rows.length === 0) return [];
    const { rows: taken } = await db.execute<{ user_id: string; sku: string }>(sql`
      with first as materialized (
        select w.user_id, w.sku, w.position
        from unnest(
          ${column(rows, "text", ([sku]) => sku)}, ${column(rows, "int", ([, limit]) => limit)}) as n(sku, places)
        cross join lateral (
          select b.user_id, b.sku, b.position from ${backInStock} b
          where b.sku = n.sku
            and not exists (
              select 1 from ${chat} c where c.user_id = b.user_id and (c.state <> 'active' or c.chat_id is null))
            and not exists (
              select 1 from ${preference} p where p.user_id = b.user_id and p.choices ->> 'backInStock' = 'false')
          order by b.position limit n.places for update of b) w),
      gone as (
        delete from ${backInStock} b using first f where b.user_id = f.user_id and b.sku = f.sku)
      select user_id, sku from first order by position`);
    return taken.map(({ user_id: userId, sku }) => ({ userId, sku }));
  },
});
