import { restingEventFaults } from "./checks/events.ts";
import { restingOrderFaults, watchOrders } from "./checks/orders.ts";
import { unrestOf } from "./checks/rest.ts";
import { restingStockFaults, stockFaults } from "./checks/stock.ts";
import { type Books, createBooks } from "./people/books.ts";
import { sendBuyers } from "./people/buyers.ts";
import { sendStaff } from "./people/staff.ts";
import { openShop, type Shop } from "./shop.ts";
import { type Parts, realParts } from "./world/parts.ts";
import { LONG_OUTAGE_MS } from "./world/weather.ts";
import { createWorld, type World } from "./world/world.ts";

/** What came of one world. */
export interface SeedResult {
  readonly seed: number;
  /** What is not as it must be; empty where all is well. */
  readonly faults: readonly string[];
  readonly events: number;
  /** Virtual, in milliseconds. */
  readonly durationMs: number;
  /** The same for two runs that were the same. */
  readonly digest: number;
  readonly orders: number;
}

export interface SeedOptions {
  readonly parts?: Parts;
  /** Told the story, line by line. */
  readonly tell?: (line: string) => void;
}

/** How long after the last fault a world may take to come to rest. */
const REST_WITHIN_MS = 150_000;
const BROKER_AWAY_MS = 5_000;
const OUTAGE_BEGINS_MS = 8_000;
/** Where there may be one: rarely, since it is long. */
const LONG_OUTAGE_ODDS = 0.1;
/** How often is looked whether the world is at rest. */
const LOOK_EVERY_MS = 250;

/** Faults that are not of a moment. Answers when the last of them is over. */
const planOutages = ({ weather, dice, scheduler, tell }: World, { broker, orders }: Shop): number => {
  if (weather.odds.has("broker-away"))
    scheduler.after(dice.below(OUTAGE_BEGINS_MS), () => {
      tell("broker", () => "takes nothing for a while");
      broker.fail(dice.below(BROKER_AWAY_MS));
    });
  if (!weather.odds.has("long-outage") || dice.next() > LONG_OUTAGE_ODDS) return weather.clearFromMs;
  const beginsAt = dice.below(OUTAGE_BEGINS_MS);
  scheduler.after(beginsAt, () => {
    for (const instance of orders.instances) instance.kill(LONG_OUTAGE_MS);
  });
  return weather.clearFromMs + LONG_OUTAGE_MS;
};

/** When nothing goes wrong any more, a person has what is parked handled again. */
const planReplays = ({ scheduler }: World, { orders, catalog, notify }: Shop, atMs: number): void =>
  scheduler.after(atMs, () => {
    for (const service of [orders, catalog, notify])
      for (const { up } of service.instances) void up?.api.replayParked().catch(() => undefined);
  });

const watch = (world: World, { inventory, orders }: Shop): void => {
  const ordersNow = watchOrders(orders.tables);
  inventory.tables.database.onCommit(() => stockFaults(inventory.tables).forEach(world.blame));
  orders.tables.database.onCommit(() => ordersNow().forEach(world.blame));
};

const restingFaults = (shop: Shop, books: Books): string[] => [
  ...restingStockFaults(shop, books),
  ...restingOrderFaults(shop, books),
  ...restingEventFaults(shop),
];

const live = async (world: World, faults: Set<string>): Promise<Shop> => {
  const { scheduler, dice, weather } = world;
  world.tell("weather", () => [...weather.odds].map(([kind, odds]) => `${kind} ${odds}`).join(", "));
  const shop = openShop(world);
  const books = createBooks();
  watch(world, shop);
  sendBuyers(world, shop, books, 3 + dice.below(5));
  sendStaff(world, shop, books, 2 + dice.below(5));
  const clearFromMs = planOutages(world, shop);
  planReplays(world, shop, clearFromMs + 20_000);
  let lookAt = 0;
  const isOver = (): boolean => {
    if (faults.size > 0) return true;
    if (scheduler.nowMs < weather.clearFromMs || scheduler.nowMs < lookAt) return false;
    lookAt = scheduler.nowMs + LOOK_EVERY_MS;
    return unrestOf(shop, books).length === 0;
  };
  const isAtRest = await scheduler.runUntil(isOver, clearFromMs + REST_WITHIN_MS);
  if (!isAtRest) for (const what of unrestOf(shop, books)) faults.add(`no rest: ${what}`);
  else if (faults.size === 0) for (const what of restingFaults(shop, books)) faults.add(what);
  return shop;
};

/** Lives through the world of one seed. The same seed with the same parts is the same world, to the last event. */
export const runSeed = async (
  seed: number,
  { parts = realParts, tell }: SeedOptions = {},
): Promise<SeedResult> => {
  const faults = new Set<string>();
  const blame = (what: string) => {
    world.tell("✗", () => what);
    faults.add(what);
  };
  const world = createWorld({ seed, parts, tell, blame });
  const shop = await live(world, faults);
  const { events, digest, nowMs } = world.scheduler;
  return {
    seed,
    faults: [...faults],
    events,
    durationMs: nowMs,
    digest,
    orders: shop.orders.tables.orders.size,
  };
};
