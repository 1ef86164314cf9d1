import { sql } from "drizzle-orm";
import type { ShopUnderProof } from "../promise.ts";

export interface OrderRow extends Record<string, unknown> {
  readonly id: string;
  readonly number: string;
  /** The idempotency key that it was placed with; null where the client gave none. */
  readonly key: string | null;
  readonly userId: string;
  readonly status: string;
  readonly version: number;
  /** Whether its saga has come to rest. */
  readonly finished: boolean;
  /** Milliseconds from when it was taken to its decision; null while there is none. */
  readonly decidedMs: number | null;
  /** Milliseconds since its decision, by the database's clock; null while there is none. */
  readonly decidedAgoMs: number | null;
}

/** Every order there is. */
export const readOrders = async ({ databases }: ShopUnderProof): Promise<readonly OrderRow[]> => {
  const { rows } = await databases.orders.db.execute<OrderRow>(sql`
    select o.id, o.number, o.note as key, o.user_id as "userId", o.status, o.version,
      s.finished_at is not null as finished,
      extract(epoch from d.at - o.created_at)::float8 * 1000 as "decidedMs",
      extract(epoch from clock_timestamp() - d.at)::float8 * 1000 as "decidedAgoMs"
    from customer_order o
    left join saga s on s.order_id = o.id
    left join (
      select order_id, min(at) as at from order_timeline
      where what in ('confirmed', 'rejected', 'cancelled') group by order_id
    ) d on d.order_id = o.id`);
  return rows;
};

/** What orders in these statuses want of each SKU. */
export const unitsWanted = async (
  { databases }: ShopUnderProof,
  statuses: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await databases.orders.db.execute<{ sku: string; units: number }>(sql`
    select l.sku, sum(l.quantity)::float8 as units
    from order_line l join customer_order o on o.id = l.order_id
    where o.status in ${statuses} group by l.sku`);
  return new Map(rows.map(({ sku, units }) => [sku, units]));
};

export interface LevelRow extends Record<string, unknown> {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly version: number;
}

/** Every stock level there is, by SKU. */
export const readLevels = async ({ databases }: ShopUnderProof): Promise<ReadonlyMap<string, LevelRow>> => {
  const { rows } = await databases.inventory.db.execute<LevelRow>(sql`
    select sku, on_hand as "onHand", reserved, version from stock_level where not deleted`);
  return new Map(rows.map((row) => [row.sku, row]));
};

/** The first few, so that a report stays a report. */
const SHOWN_MAX = 20;
export const firstFew = <Item>(items: readonly Item[]): readonly Item[] => items.slice(0, SHOWN_MAX);
