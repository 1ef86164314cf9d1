import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import {
  type CountedOrder,
  newestOrders,
  type OrderCount,
  recount,
  type SalesDifference,
} from "../domain/sales.ts";
import { countedOrder, productSales } from "./schema.ts";

/**
 * Locks what the orders have been counted with, in the order of ids, so that two batches never wait for each other in
 * a circle; a new order begins with nothing. An order comes once.
 */
const lockCounted = async (tx: Tx, orders: readonly CountedOrder[]): Promise<OrderCount[]> => {
  const { rows } = await tx.execute<OrderCount & Record<string, unknown>>(sql`
    insert into ${countedOrder} (order_id, order_version, units)
    select id, 0, '{}'::jsonb from unnest(${column(orders, "uuid", ({ id }) => id)}) as id order by id
    on conflict (order_id) do update set order_id = excluded.order_id
    returning order_id as "orderId", order_version::float8 as version, units`);
  return rows;
};

const storeCounts = (counts: readonly OrderCount[]): SQL => sql`
  update ${countedOrder} o set order_version = n.version, units = n.units
  from unnest(
    ${column(counts, "uuid", ({ orderId }) => orderId)},
    ${column(counts, "bigint", ({ version }) => version)},
    ${column(counts, "jsonb", ({ units }) => JSON.stringify(units))}
  ) as n(order_id, version, units)
  where o.order_id = n.order_id`;

/** Locks in the order of ids, so that two orders of the same products never wait for each other in a circle. */
const store = async (
  tx: Tx,
  counts: readonly OrderCount[],
  difference: readonly SalesDifference[],
): Promise<void> => {
  await tx.execute(sql`
    with stored as (${storeCounts(counts)}),
      locked as (
        select s.product_id, d.units from ${productSales} s
        join unnest(
          ${column(difference, "uuid", ({ productId }) => productId)},
          ${column(difference, "bigint", ({ units }) => units)}
        ) as d(product_id, units) on d.product_id = s.product_id
        order by s.product_id for no key update of s
      )
    update ${productSales} s set units = s.units + locked.units
    from locked where s.product_id = locked.product_id`);
};

/**
 * Brings the counts of sold units to what the orders say now: a confirmed one counts, a cancelled or returned one
 * counts no more, changed quantities count by their difference. Of several states of one order the newest counts, and
 * one that is older than what was counted changes nothing. Two statements, however many the orders are.
 */
export const countSales = async (tx: Tx, orders: readonly CountedOrder[]): Promise<void> => {
  const newest = newestOrders(orders);
  const { counts, difference } = recount(await lockCounted(tx, newest), newest);
  if (counts.length > 0) await store(tx, counts, difference);
};
