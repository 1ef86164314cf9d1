import { waitFor } from "../shared/testing/wait-for.ts";
import { type Backlog, type BusyShop, readBacklog, readTransactions, withPaused } from "./busy-shop.ts";
import type { LoadGenerator } from "./load.ts";
import { watchMachine } from "./machine.ts";
import type { NaiveShop } from "./naive-orders.ts";

const NAIVE_CONNECTIONS = 32;
/** Longest wait for the events of a round to be handled before the next round begins. */
const CALM_TIMEOUT_MS = 2_000;

/** Two lines of many SKUs an order, or everybody on one SKU. */
export type Shelf = "many" | "one";

export interface Step {
  readonly id: "alone" | "many-64" | "many-256" | "many-naive" | "one-8" | "one-64" | "one-256" | "one-naive";
  readonly name: string;
  readonly targets: readonly string[];
  readonly shelf: Shelf;
  /** How many clients order over HTTP; null for the naive transaction. */
  readonly clients: number | null;
}
export type StepId = Step["id"];

const MANY = "1,000 SKUs";
const ONE = "one SKU";

/** In this order: one client comes first, while the shop is at rest, and the two ways alternate. */
export const steps: readonly Step[] = [
  { id: "alone", name: `${MANY}, 1 client`, targets: ["p6"], shelf: "many", clients: 1 },
  { id: "many-64", name: `${MANY}, 64 clients`, targets: ["p4", "p5"], shelf: "many", clients: 64 },
  { id: "many-naive", name: `${MANY}, naive`, targets: ["p4"], shelf: "many", clients: null },
  { id: "many-256", name: `${MANY}, 256 clients`, targets: ["p4", "p5"], shelf: "many", clients: 256 },
  { id: "one-8", name: `${ONE}, 8 clients`, targets: ["p5"], shelf: "one", clients: 8 },
  { id: "one-64", name: `${ONE}, 64 clients`, targets: ["p5"], shelf: "one", clients: 64 },
  { id: "one-naive", name: `${ONE}, naive`, targets: ["p5"], shelf: "one", clients: null },
  { id: "one-256", name: `${ONE}, 256 clients`, targets: ["p5"], shelf: "one", clients: 256 },
];

export interface Timing {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** One measurement of one step. */
export interface Sample {
  readonly perSecond: number;
  /** Milliseconds from request to answer; NaN for the naive transaction, which has no requests. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Milliseconds of processor time an order: of Kiosk's processes or the naive client, and of PostgreSQL. */
  readonly ownMsAnOrder: number;
  readonly postgresMsAnOrder: number;
  /** What else the machine did meanwhile, as a share of all its processors: above some per cent a figure says little. */
  readonly othersShare: number;
  /** Transactions an order in the database of each service, with those that follow within a moment. */
  readonly transactions: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, number>>;
  /** As the round ended. */
  readonly backlog: Backlog | null;
}

export interface Ground {
  readonly shop: BusyShop;
  readonly naive: NaiveShop;
  readonly generator: LoadGenerator;
  readonly skus: Readonly<Record<Shelf, readonly string[]>>;
  readonly keys: boolean;
}

/** An event that is still on its way would be work for the next round. */
const calm = (shop: BusyShop): Promise<unknown> =>
  waitFor(async () => (await readBacklog(shop)).unhandled <= 0, {
    timeoutMs: CALM_TIMEOUT_MS,
    everyMs: 100,
  }).catch(() => null);

/** Waits until nothing is left to be done, messages included; answers whether it came to that. */
export const atRest = (shop: BusyShop, timeoutMs: number): Promise<boolean> =>
  waitFor(
    async () => {
      const { unhandled, deliveries } = await readBacklog(shop);
      return unhandled <= 0 && deliveries === 0;
    },
    { timeoutMs, everyMs: 500 },
  ).then(
    () => true,
    () => false,
  );

const roundOf = ({ skus }: Ground, { shelf }: Step, timing: Timing) => ({
  skus: skus[shelf],
  linesPerOrder: shelf === "many" ? 2 : 1,
  ...timing,
});

const runNaive = async (ground: Ground, step: Step, timing: Timing): Promise<Sample> => {
  const round = { ...roundOf(ground, step, timing), connections: NAIVE_CONNECTIONS };
  // Its connections are gone by the end, so it counts itself what they cost.
  const watched = watchMachine({ ...ground.shop, pids: [], generators: [] });
  const result = await withPaused(ground.shop, () => ground.naive.measure(round));
  const { perSecond, orders, clientMs, postgresMs } = result;
  return {
    perSecond,
    p50Ms: Number.NaN,
    p99Ms: Number.NaN,
    ownMsAnOrder: clientMs / orders,
    postgresMsAnOrder: postgresMs / orders,
    othersShare: watched(clientMs + postgresMs).othersShare,
    transactions: {},
    answers: {},
    backlog: null,
  };
};

const perOrder = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  orders: number,
): Record<string, number> =>
  Object.fromEntries([...after].map(([name, count]) => [name, (count - (before.get(name) ?? 0)) / orders]));

/** Runs one step once, and then waits a little for its events. */
export const runStep = async (ground: Ground, step: Step, timing: Timing): Promise<Sample> => {
  const { shop, generator, keys } = ground;
  const { clients } = step;
  if (clients === null) return runNaive(ground, step, timing);
  const { url, tokens } = shop;
  const transactionsBefore = await readTransactions(shop);
  const watched = watchMachine({ ...shop, generators: [generator.pid] });
  const load = await generator.run({
    ...roundOf(ground, step, timing),
    ...{ url, tokens, keys, clients },
    path: "/v1/orders",
  });
  const { ownMs, postgresMs, othersShare } = watched();
  const backlog = await readBacklog(shop);
  await calm(shop);
  const orders = Object.values(load.answers).reduce((sum, count) => sum + count, 0);
  return {
    perSecond: load.perSecond,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    ownMsAnOrder: ownMs / orders,
    postgresMsAnOrder: postgresMs / orders,
    othersShare,
    transactions: perOrder(transactionsBefore, await readTransactions(shop), orders),
    answers: load.answers,
    backlog,
  };
};
