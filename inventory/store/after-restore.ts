import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { reservation } from "./schema.ts";

/** A page of the orders for which stock is held, by id; `after` is null at first. */
export const ordersWithHolds = async (
  db: Db,
  after: string | null,
  limit: number,
): Promise<readonly string[]> => {
  const { rows } = await db.execute<{ id: string }>(sql`
    select order_id::text as id from ${reservation}
    where status = 'held' and (${after}::uuid is null or order_id > ${after}::uuid) order by order_id limit ${limit}`);
  return rows.map(({ id }) => id);
};

/** Lets holds end now: the sweep of a running inventory gives their stock back, with its entry in the ledger. */
export const endHolds = async (db: Db, orders: readonly string[]): Promise<void> => {
  await db.execute(sql`
    update ${reservation} set expires_at = now()
    where status = 'held' and order_id = any(${column(orders, "uuid", (id) => id)})`);
};
