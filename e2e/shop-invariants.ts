import { z } from "zod";
import { withClient } from "../shared/drivers/ensure-database.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { serviceNames } from "../shared/runtime/service.ts";
import type { Load, ShopFloor } from "./busy-shop.ts";

export const orderSchema = z.object({
  id: z.string(),
  number: z.string(),
  userId: z.string().optional(),
  status: z.string(),
  note: z.string().nullish(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
});
export type PlacedOrder = z.infer<typeof orderSchema>;
const levelSchema = z.object({ onHand: z.int(), reserved: z.int(), available: z.int() });
const movementSchema = z.object({ onHandDelta: z.int(), reservedDelta: z.int() });
const productSchema = z.object({ stock: z.object({ available: z.int() }) });
const TERMINAL: readonly string[] = ["confirmed", "rejected", "cancelled"];

/** Where the services' databases can be looked into. */
export interface Databases {
  databaseUrl(service: ServiceName): string;
}

/** What the books of a shop are checked by. */
export type Books = Pick<ShopFloor, "api" | "merchant" | "initial">;

/** All items of a list that the merchant may see. */
export const allPages = async <Item extends z.ZodType>(
  { api, merchant }: Books,
  path: string,
  item: Item,
): Promise<z.infer<Item>[]> => {
  const page = z.object({ items: z.array(item), nextCursor: z.string().nullable() });
  const found: z.infer<Item>[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { body }: { body: z.infer<typeof page> } = await api.expect(200, page, `${path}?limit=100${next}`, {
      token: merchant.accessToken,
    });
    found.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return found;
};

/** Orders that have not ended, and keys (an order's note holds its key) that made two. */
export const orderProblems = (orders: readonly PlacedOrder[]): string[] => {
  const open = orders
    .filter(({ status }) => !TERMINAL.includes(status))
    .map(({ number, status }) => `order ${number} is ${status}`);
  const keys = Map.groupBy(orders, ({ note }) => note);
  const doubled = [...keys]
    .filter(([, same]) => same.length > 1)
    .map(([key]) => `key ${key} made two orders`);
  return [...open, ...doubled];
};

const lostOrders = (orders: readonly PlacedOrder[], { accepted }: Load): string[] => {
  const byId = new Map(orders.map((order) => [order.id, order]));
  return [...accepted.keys()].filter((id) => !byId.has(id)).map((id) => `order ${id} is lost`);
};

const heldBySku = (orders: readonly PlacedOrder[]): Map<string, number> => {
  const held = new Map<string, number>();
  for (const { status, lines } of orders) {
    if (status !== "confirmed") continue;
    for (const { sku, quantity } of lines) held.set(sku, (held.get(sku) ?? 0) + quantity);
  }
  return held;
};

/** initial = available + held (nothing is fulfilled here), the counters are the ledger's sums, the catalogue agrees. */
export const stockProblems = async (floor: Books, orders: readonly PlacedOrder[]): Promise<string[]> => {
  const { api, merchant, initial } = floor;
  const held = heldBySku(orders);
  const problemsOf = async ([sku, first]: [string, number]) => {
    const { body: level } = await api.expect(200, levelSchema, `/v1/stock/${sku}`, {
      token: merchant.accessToken,
    });
    const movements = await allPages(floor, `/v1/stock/${sku}/movements`, movementSchema);
    const { body: product } = await api.expect(200, productSchema, `/v1/products/${sku}`);
    const reserved = held.get(sku) ?? 0;
    const ledger = {
      onHand: movements.reduce((total, { onHandDelta }) => total + onHandDelta, 0),
      reserved: movements.reduce((total, { reservedDelta }) => total + reservedDelta, 0),
    };
    const said = JSON.stringify({
      first,
      heldByOrders: reserved,
      level,
      ledger,
      catalog: product.stock.available,
    });
    return [
      [level.onHand === first && level.reserved === reserved, "stock leaked"],
      [level.available === first - reserved && level.available >= 0, "available is wrong"],
      [ledger.onHand === level.onHand && ledger.reserved === level.reserved, "the ledger differs"],
      [product.stock.available === level.available, "the catalogue differs"],
    ].flatMap(([holds, what]) => (holds ? [] : [`${sku}: ${what} ${said}`]));
  };
  return (await Promise.all([...initial].map(problemsOf))).flat();
};

/** What a query counts (as `n`) in the database of a service. */
export const countIn = (shop: Databases, service: ServiceName, query: string): Promise<number> =>
  withClient(shop.databaseUrl(service), async (client) => {
    const { rows } = await client.query<{ n: string }>(query);
    return Number(rows[0]?.n ?? 0);
  });

/** Every event has gone out, and none was given up. */
const eventProblems = async (shop: Databases): Promise<string[]> => {
  const problemsOf = async (service: ServiceName) => {
    const [waiting, parked] = await Promise.all([
      countIn(shop, service, "select count(*) as n from outbox where published_at is null"),
      countIn(shop, service, "select count(*) as n from parked_message"),
    ]);
    return [
      ...(waiting > 0 ? [`${service}: ${waiting} events wait in the outbox`] : []),
      ...(parked > 0 ? [`${service}: ${parked} messages are parked`] : []),
    ];
  };
  return (await Promise.all(serviceNames.map(problemsOf))).flat();
};

/** Orders whose card may or may not have arrived, since notify was killed while it sent: at most once, never twice. */
const ordersInDoubt = (shop: Databases): Promise<Set<string>> =>
  withClient(shop.databaseUrl("notify"), async (client) => {
    const { rows } = await client.query<{ number: string }>(
      "select notice->>'number' as number from delivery where state = 'unknown' and notice->>'template' = 'order-card'",
    );
    return new Set(rows.map(({ number }) => number));
  });

/** Every chat holds one card for each order that has ended. */
const cardProblems = async (shop: Databases, floor: ShopFloor, orders: readonly PlacedOrder[]) => {
  const inDoubt = await ordersInDoubt(shop);
  const texts = (
    await Promise.all(floor.buyers.map(({ personId }) => floor.sandbox.messages(personId)))
  ).flatMap((messages) => messages.map(({ text }) => text));
  const cards = new Map<string, number>();
  for (const text of texts) {
    const number = /^Order (\S+)/.exec(text)?.[1];
    if (number !== undefined) cards.set(number, (cards.get(number) ?? 0) + 1);
  }
  const problems = orders.flatMap(({ number }) => {
    const count = cards.get(number) ?? 0;
    return count === 1 || (count === 0 && inDoubt.has(number)) ? [] : [`order ${number} has ${count} cards`];
  });
  return { problems, inDoubt: inDoubt.size };
};

export interface ShopState {
  readonly problems: readonly string[];
  readonly orders: number;
  /** Cards of which nobody can know whether they arrived. */
  readonly cardsInDoubt: number;
}

/** Compares what the clients were told, the orders, the stock, its ledger, the catalogue, the outboxes and the chats. */
export const inspectShop = async (shop: Databases, floor: ShopFloor, load: Load): Promise<ShopState> => {
  const orders = await allPages(floor, "/v1/orders", orderSchema);
  const [stock, events, cards] = await Promise.all([
    stockProblems(floor, orders),
    eventProblems(shop),
    cardProblems(shop, floor, orders),
  ]);
  return {
    problems: [...lostOrders(orders, load), ...orderProblems(orders), ...stock, ...events, ...cards.problems],
    orders: orders.length,
    cardsInDoubt: cards.inDoubt,
  };
};
