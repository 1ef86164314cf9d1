import { sql } from "drizzle-orm";
import { verifyLedger } from "../../inventory/service.ts";
import type { Database } from "../../shared/ports/database.ts";
import { type Burst, type Goods, ORDERS, SCARCE_UNITS } from "./burst.ts";
import type { CrashShop } from "./crash-shop.ts";

type Units = Readonly<Record<string, number>>;

interface OrderRow extends Record<string, unknown> {
  readonly id: string;
  /** The idempotency key that it was placed with. */
  readonly key: string;
  readonly status: string;
  readonly finished: boolean;
  readonly units: Units;
}

const ordersOf = async ({ databases }: CrashShop, goods: Goods): Promise<readonly OrderRow[]> => {
  const { rows } = await databases.orders.db.execute<OrderRow>(sql`
    select o.id, o.note as key, o.status, s.finished_at is not null as finished, l.units
    from customer_order o join saga s on s.order_id = o.id
    join lateral (
      select json_object_agg(sku, quantity) as units, bool_or(sku = ${goods.plenty}) as ours
      from order_line where order_id = o.id
    ) l on l.ours`);
  return rows;
};

interface HoldRow extends Record<string, unknown> {
  readonly id: string;
  readonly status: string;
  readonly units: Units;
}

const holdsOf = async ({ databases }: CrashShop, goods: Goods): Promise<readonly HoldRow[]> => {
  const { rows } = await databases.inventory.db.execute<HoldRow>(sql`
    select r.order_id as id, r.status, json_object_agg(l.sku, l.quantity) as units
    from reservation r join reservation_line l using (order_id)
    where l.sku in (${goods.plenty}, ${goods.scarce}) group by r.order_id, r.status`);
  return rows;
};

interface LevelRow extends Record<string, unknown> {
  readonly sku: string;
  readonly on_hand: number;
  readonly reserved: number;
}

const levelsOf = async ({ databases }: CrashShop, goods: Goods): Promise<readonly LevelRow[]> => {
  const { rows } = await databases.inventory.db.execute<LevelRow>(sql`
    select sku, on_hand, reserved from stock_level where sku in (${goods.plenty}, ${goods.scarce})`);
  return rows;
};

const sumOf = (sku: string, rows: readonly { readonly units: Units }[]): number =>
  rows.reduce((sum, { units }) => sum + (units[sku] ?? 0), 0);

/** Every order has ended in the way its client was told, and every key made one. */
const orderProblems = (orders: readonly OrderRow[], { told }: Burst): string[] => {
  const byKey = Map.groupBy(orders, ({ key }) => key);
  const open = orders.filter(
    ({ status, finished }) => !finished || !["confirmed", "rejected"].includes(status),
  );
  const wrong = [...told].flatMap(([key, { status, orderId }]) => {
    const order = byKey.get(key)?.[0];
    const fits =
      (status === 201 && order?.status === "confirmed") ||
      (status === 409 && order?.status === "rejected") ||
      (status === 202 && order !== undefined);
    const other = orderId !== null && orderId !== order?.id;
    return fits && !other ? [] : [`the client of an order that is ${order?.status} was told ${status}`];
  });
  return [
    ...(told.size === ORDERS ? [] : [`${ORDERS - told.size} clients wait for an answer`]),
    ...(orders.length === ORDERS && byKey.size === ORDERS
      ? []
      : [`${ORDERS} keys made ${orders.length} orders of ${byKey.size} keys`]),
    ...open.map(({ id, status }) => `order ${id} is ${status} and not finished`),
    ...wrong,
  ];
};

/** Every confirmed order has its hold and no other has one; the counters say the same. */
const stockProblems = (
  goods: Goods,
  orders: readonly OrderRow[],
  holds: readonly HoldRow[],
  levels: readonly LevelRow[],
): string[] => {
  const confirmed = orders.filter(({ status }) => status === "confirmed");
  const held = new Map(holds.filter(({ status }) => status === "held").map((hold) => [hold.id, hold]));
  const unheld = confirmed.filter(({ id, units }) => !Bun.deepEquals(held.get(id)?.units, units));
  const ids = new Set(confirmed.map(({ id }) => id));
  const leaked = [...held.keys()].filter((id) => !ids.has(id));
  const wrong = levels.flatMap(({ sku, on_hand, reserved }) => {
    const right = on_hand === goods.initial.get(sku) && reserved === sumOf(sku, confirmed);
    return right ? [] : [`${sku}: on hand ${on_hand}, reserved ${reserved}, sold ${sumOf(sku, confirmed)}`];
  });
  const sold = sumOf(goods.scarce, confirmed);
  return [
    ...unheld.map(({ id }) => `order ${id} is confirmed and does not hold its lines`),
    ...leaked.map((id) => `a hold is left of ${id}`),
    ...wrong,
    ...(levels.length === goods.initial.size ? [] : ["a level is missing"]),
    ...(sold === SCARCE_UNITS ? [] : [`${sold} of ${SCARCE_UNITS} scarce units were sold`]),
  ];
};

const unpublished = async (name: string, { db }: Database): Promise<string[]> => {
  const { rows } = await db.execute<{ n: number }>(
    sql`select count(*)::int as n from outbox where published_at is null`,
  );
  return rows[0]?.n === 0 ? [] : [`${rows[0]?.n} events of ${name} wait in the outbox`];
};

/** Everything that is wrong by now, in words; nothing when all is well. */
export const inspectCrashShop = async (shop: CrashShop, goods: Goods, burst: Burst): Promise<string[]> => {
  const { orders: ordersDatabase, inventory } = shop.databases;
  const [orders, holds, levels, ledger, ...waiting] = await Promise.all([
    ordersOf(shop, goods),
    holdsOf(shop, goods),
    levelsOf(shop, goods),
    verifyLedger(inventory),
    unpublished("orders", ordersDatabase),
    unpublished("inventory", inventory),
  ]);
  return [
    ...orderProblems(orders, burst),
    ...stockProblems(goods, orders, holds, levels),
    ...ledger.differences.map((difference) => `the ledger differs: ${JSON.stringify(difference)}`),
    ...waiting.flat(),
  ];
};
