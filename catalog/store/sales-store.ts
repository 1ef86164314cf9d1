import { sql } from "drizzle-orm";
import type { Tx } from "../../shared/ports/database.ts";
import { type CountedOrder, salesDifference, type Units, unitsSold } from "../domain/sales.ts";
import { countedOrder, productSales } from "./schema.ts";

interface OrderAtVersion extends CountedOrder {
  readonly id: string;
  readonly version: number;
}

type Counted = { units: Units; version: number };

/** Locks what the order has been counted with; a new order begins with nothing. */
const lockCounted = async (tx: Tx, orderId: string): Promise<Counted> => {
  const { rows } = await tx.execute<Counted>(sql`
    insert into ${countedOrder} (order_id, order_version, units) values (${orderId}, 0, '{}')
    on conflict (order_id) do update set order_id = excluded.order_id
    returning units, order_version::float8 as version`);
  return rows[0] ?? { units: {}, version: 0 };
};

/** Locks in the order of ids, so that two orders of the same products never wait for each other in a circle. */
const addUnits = async (tx: Tx, difference: { productId: string; units: number }[]) => {
  await tx.execute(sql`
    with locked as (
      select s.product_id, d.units from ${productSales} s
      join unnest(
        ${sql.param(difference.map(({ productId }) => productId))}::uuid[],
        ${sql.param(difference.map(({ units }) => units))}::bigint[]
      ) as d(product_id, units) on d.product_id = s.product_id
      order by s.product_id for no key update of s
    )
    update ${productSales} s set units = s.units + locked.units
    from locked where s.product_id = locked.product_id`);
};

/**
 * Brings the counts of sold units to what the order says now: a confirmed one counts, a cancelled or returned one
 * counts no more, changed quantities count by their difference. An older state of the order changes nothing.
 */
export const countSales = async (tx: Tx, order: OrderAtVersion): Promise<void> => {
  const counted = await lockCounted(tx, order.id);
  if (order.version <= counted.version) return;
  const units = unitsSold(order);
  const difference = salesDifference(counted.units, units);
  if (difference.length > 0) await addUnits(tx, difference);
  await tx.execute(sql`
    update ${countedOrder} set order_version = ${order.version}, units = ${JSON.stringify(units)}::jsonb
    where order_id = ${order.id}`);
};
