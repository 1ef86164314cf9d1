import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { ColumnOf } from "../../shared/sql/statement.ts";
import type { Order, OrderLine } from "../domain/order.ts";
import { orderLine } from "./schema.ts";

export interface InsertedLine extends OrderLine {
  readonly orderId: string;
  readonly position: number;
}

/** The lines of orders as rows. */
export const lineRows = (orders: readonly Pick<Order, "id" | "lines">[]): InsertedLine[] =>
  orders.flatMap(({ id: orderId, lines }) => lines.map((line, position) => ({ ...line, orderId, position })));

/** Part of a statement: adds the lines of new orders. */
export const insertLines = (line: ColumnOf<InsertedLine>): SQL => sql`
  insert into ${orderLine} (id, order_id, position, sku, product_id, name, quantity, unit_price_minor)
  select * from unnest(
    ${line("uuid", ({ id }) => id)},
    ${line("uuid", ({ orderId }) => orderId)},
    ${line("int", ({ position }) => position)},
    ${line("text", ({ sku }) => sku)},
    ${line("uuid", ({ productId }) => productId)},
    ${line("text", ({ name }) => name)},
    ${line("int", ({ quantity }) => quantity)},
    ${line("bigint", ({ unitPrice }) => unitPrice.amountMinor)})`;

/** Takes away the lines that these orders have no longer and brings the others to their quantities. Places stay. */
export const updateLines = async (tx: Tx, orders: readonly Order[]): Promise<void> => {
  if (orders.length === 0) return;
  const lines = orders.flatMap((order) => order.lines);
  const ids = column(lines, "uuid", ({ id }) => id);
  await tx.execute(sql`
    delete from ${orderLine} 
    where order_id = any(${column(orders, "uuid", ({ id }) => id)}) and id <> all(${ids})`);
  await tx.execute(sql`
    update ${orderLine} l set quantity = n.quantity
    from unnest(${ids}, ${column(lines, "int", ({ quantity }) => quantity)}) as n(id, quantity)
    where l.id = n.id and l.quantity <> n.quantity`);
};
