import { pause } from "../shared/runtime/retry.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import type { SignedIn } from "../tools/client/sign-in.ts";
import { openShopFloor, type Shop, type ShopFloor, startLoad } from "./busy-shop.ts";
import type { LiveReader } from "./live-reader.ts";
import type { OwnRedis } from "./own-redis.ts";
import {
  openOrderReader,
  openStockReader,
  readLevel,
  readOrders,
  readShelf,
  type Stock,
} from "./shop-readers.ts";

/** Readers of the stock and of orders, a hundred together. */
const STOCK_READERS = 80;
const ORDER_READERS = 20;
const ORDERS_PER_SECOND = 20;
/** Under load before, without, and after Redis. */
const BEFORE_MS = 2_000;
const AWAY_MS = 5_000;
const AFTER_MS = 3_000;
/** How long the test is ready to wait for what should take a few seconds. */
const PATIENCE = { timeoutMs: 60_000, everyMs: 50 } as const;

interface Crowd {
  readonly stock: readonly LiveReader<number>[];
  readonly orders: readonly { readonly buyer: SignedIn; readonly reader: LiveReader<string> }[];
}

const openCrowd = async (floor: ShopFloor): Promise<Crowd> => {
  const buyerOf = (n: number) => floor.buyers[n % floor.buyers.length] ?? floor.merchant;
  const stock = Array.from({ length: STOCK_READERS }, () => openStockReader(floor));
  const orders = Array.from({ length: ORDER_READERS }, (_, n) => ({
    buyer: buyerOf(n),
    reader: openOrderReader(floor, buyerOf(n)),
  }));
  const all = [...stock, ...orders.map(({ reader }) => reader)];
  await waitFor(() => all.every(({ counts }) => counts.opened > 0), { ...PATIENCE, what: "all streams" });
  return { stock, orders };
};

/** Stock as inventory has it now, for all SKUs. */
const readTruth = async ({ api, merchant, initial }: ShopFloor): Promise<Map<string, Stock>> => {
  const levels = [...initial.keys()].map(
    async (sku) => [sku, await readLevel(api, merchant.accessToken, sku)] as const,
  );
  return new Map(await Promise.all(levels));
};

/** Whether the catalog shows this or newer, and all readers of the stock know it. */
const hasReached = async ({ api }: ShopFloor, crowd: Crowd, truth: ReadonlyMap<string, Stock>) => {
  for (const [sku, { version }] of truth) {
    if (crowd.stock.some(({ known }) => (known.get(sku)?.version ?? 0) < version)) return false;
    if ((await readShelf(api, sku)).version < version) return false;
  }
  return true;
};

const seconds = (since: number): number => Math.round(performance.now() - since) / 1_000;

const untilReached = async (floor: ShopFloor, crowd: Crowd, what: string): Promise<number> => {
  const begin = performance.now();
  const truth = await readTruth(floor);
  await waitFor(() => hasReached(floor, crowd, truth), { ...PATIENCE, what });
  return seconds(begin);
};

const stockDifferences = async (floor: ShopFloor, { stock }: Crowd): Promise<string[]> => {
  const found: string[] = [];
  for (const [sku, { available, version }] of await readTruth(floor)) {
    const shelf = await readShelf(floor.api, sku);
    if (shelf.available !== available || shelf.version !== version) found.push(`catalog: ${sku}`);
    for (const [n, { known }] of stock.entries())
      if (known.get(sku)?.state !== available) found.push(`stock reader ${n}: ${sku}`);
  }
  return found;
};

const orderDifferences = async ({ api }: ShopFloor, { orders }: Crowd): Promise<string[]> => {
  const found: string[] = [];
  for (const [n, { buyer, reader }] of orders.entries())
    for (const { id, version, status } of await readOrders(api, buyer.accessToken)) {
      const shown = reader.known.get(id);
      if (shown?.version !== version || shown.state !== status) found.push(`order reader ${n}: ${id}`);
    }
  return found;
};

/** What differs in the end between what is and what each reader knows, in words. */
const differencesOf = async (floor: ShopFloor, crowd: Crowd): Promise<string[]> => [
  ...(await stockDifferences(floor, crowd)),
  ...(await orderDifferences(floor, crowd)),
];

export interface RedisOutageReport {
  /** Answers to orders by status; `none` for no answer. */
  readonly answers: Readonly<Record<string, number>>;
  readonly accepted: number;
  /** Seconds until everybody knew what was so when Redis was back, under load, and when the load had ended. */
  readonly convergedSeconds: { readonly underLoad: number; readonly atRest: number };
  /** What differs at the end. */
  readonly differences: readonly string[];
  /** What a reader was shown after something newer of the same. */
  readonly backward: readonly string[];
  readonly resyncs: number;
  readonly reopened: number;
}

/** Orders at a steady rate, a hundred readers, and a Redis that is killed and comes back. */
export const runRedisOutage = async (shop: Shop, redis: OwnRedis): Promise<RedisOutageReport> => {
  const floor = await openShopFloor(shop);
  const crowd = await openCrowd(floor);
  const readers = [...crowd.stock, ...crowd.orders.map(({ reader }) => reader)];
  const load = startLoad(floor, ORDERS_PER_SECOND);
  try {
    await pause(BEFORE_MS);
    await redis.kill();
    await pause(AWAY_MS);
    await redis.start();
    const underLoad = await untilReached(floor, crowd, "everybody to know what was so when Redis was back");
    await pause(AFTER_MS);
    await load.stop();
    const atRest = await untilReached(floor, crowd, "everybody to know the last of it");
    await waitFor(async () => (await differencesOf(floor, crowd)).length === 0, PATIENCE).catch(
      () => undefined,
    );
    return {
      answers: load.answers,
      accepted: load.accepted.size,
      convergedSeconds: { underLoad, atRest },
      differences: await differencesOf(floor, crowd),
      backward: readers.flatMap(({ backward }) => backward),
      resyncs: readers.reduce((sum, { counts }) => sum + counts.resyncs, 0),
      reopened: readers.reduce((sum, { counts }) => sum + counts.opened - 1, 0),
    };
  } finally {
    await load.stop();
    await Promise.all(readers.map((reader) => reader.leave()));
  }
};
