import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { describeIf, realServers } from "../shared/testing/real-servers.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type Load, openShopFloor, type ShopFloor, startLoad } from "./busy-shop.ts";
import { type Blow, durability, restart, terminateBackends } from "./postgres-blows.ts";
import {
  endedProcesses,
  openOneProcess,
  openSixProcesses,
  type PostgresShop,
  placeOne,
  type Recovery,
  readPools,
  recovery,
} from "./postgres-shop.ts";
import { inspectShop, type ShopState } from "./shop-invariants.ts";
import { sized } from "./size.ts";

setDefaultTimeout(300_000);

const ORDERS_PER_SECOND = 20;
const ORDERS_BETWEEN_BLOWS = 20;
const ROUNDS_OF_BLOWS = sized(3, 1);
const BLOWS: readonly Blow[] = Array.from(
  { length: ROUNDS_OF_BLOWS },
  () => ["fast shutdown", "kill -9"] as const,
).flat();
/** Scenario: all backends are ended again and again while people buy. */
const TERMINATE_EVERY_MS = 2_000;
const TERMINATIONS = sized(30, 5);
/** Calls into the black hole: as many at once as fill the pools, and again while the breakers may have opened. */
const LOST_CALLS = 15;
const LOST_ROUNDS = 3;
/** How long after the last fault everything may still be on its way. */
const SETTLE_MS = 60_000;
const SETTLE_EVERY_MS = 250;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const { redis, rabbitmq } = realServers;
const missing = redis === undefined ? "REDIS_URL" : "RABBITMQ_URL";

/** Waits until the clients have had so many more orders taken. */
const moreOrders = async ({ accepted }: Load, count: number): Promise<void> => {
  const before = accepted.size;
  await waitFor(() => accepted.size >= before + count, { what: "more orders", timeoutMs: SETTLE_MS });
};

/** The floor with every answer of its API counted by status, repetitions included. */
const counted = (floor: ShopFloor) => {
  const statuses: Record<string, number> = {};
  const send: ShopFloor["api"]["send"] = async (path, call) => {
    const answer = await floor.api.send(path, call);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    return answer;
  };
  return { statuses, floor: { ...floor, api: { ...floor.api, send } } };
};

const openBusy = async <Opened extends PostgresShop>(open: () => Promise<Opened>) => {
  const shop = await open();
  closers.push(shop.close);
  const { floor, statuses } = counted(await openShopFloor(shop));
  const load = startLoad(floor, ORDERS_PER_SECOND);
  closers.push(load.stop);
  await moreOrders(load, ORDERS_BETWEEN_BLOWS);
  return { shop, floor, load, statuses };
};

interface Busy {
  readonly shop: PostgresShop;
  readonly floor: ShopFloor;
  readonly load: Load;
}

const atRest = async (shop: PostgresShop): Promise<readonly string[]> => {
  let lines: readonly string[] = [];
  const rest = async () => {
    const pools = await readPools(shop);
    lines = pools.lines;
    return pools.rest;
  };
  await waitFor(rest, { timeoutMs: SETTLE_MS, everyMs: SETTLE_EVERY_MS }).catch(() => {
    throw new Error(`a pool does not come to rest:\n${lines.join("\n")}`);
  });
  return lines;
};

/** Nobody has died, nothing is lost or doubled or still on its way, and no pool has lost a slot. */
const expectWell = async ({ shop, floor, load }: Busy): Promise<void> => {
  await load.stop();
  let state: ShopState | undefined;
  const isWell = async () => {
    state = await inspectShop(shop, floor, load);
    return state.problems.length === 0;
  };
  await waitFor(isWell, { timeoutMs: SETTLE_MS, everyMs: SETTLE_EVERY_MS }).catch(() => undefined);
  expect(state?.problems).toEqual([]);
  expect(state?.cardsInDoubt).toBe(0);
  expect(await endedProcesses(shop)).toBe(0);
  console.info(`  ${state?.orders} orders; pools at rest: ${(await atRest(shop)).join("; ")}`);
};

const told = (blow: string, { ready, ordered }: Recovery): string => {
  const services = [...ready].map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`).join(", ");
  return `  after ${blow}: ready in seconds: ${services}; an order confirmed: ${ordered.toFixed(2)}`;
};

const expectRestartsSurvived = async (open: () => Promise<PostgresShop>): Promise<void> => {
  const busy = await openBusy(open);
  const { postgres } = busy.shop;
  expect(await durability(postgres)).toEqual({
    fsync: "on",
    full_page_writes: "on",
    synchronous_commit: "on",
  });
  for (const blow of BLOWS) {
    await restart(postgres, blow);
    console.info(told(blow, await recovery(busy.floor)));
    await moreOrders(busy.load, ORDERS_BETWEEN_BLOWS);
  }
  await expectWell(busy);
};

/** Calls that need a database, all at once; what each was answered, `none` where it was left without an answer. */
const callsIntoNowhere = async (floor: ShopFloor): Promise<{ said: string; seconds: number }[]> => {
  const list = () => floor.api.send("/v1/orders", { token: floor.merchant.accessToken });
  const calls = Array.from({ length: LOST_CALLS }, async (_, i) => {
    const begun = performance.now();
    const asked = i % 2 === 0 ? placeOne(floor) : list().then(({ status }) => status);
    const said = String(await asked.catch(() => "none"));
    return { said, seconds: (performance.now() - begun) / 1_000 };
  });
  return Promise.all(calls);
};

describe("a PostgreSQL that fails while people buy, and Kiosk in one process", () => {
  test("restarted again and again: no process ends, no acknowledged order is lost, no pool loses a slot", () =>
    expectRestartsSurvived(openOneProcess));

  test("all connections ended every two seconds: nobody waits for a connection for ever", async () => {
    const busy = await openBusy(openOneProcess);
    const { shop, statuses } = busy;
    let ended = 0;
    for (let nth = 0; nth < TERMINATIONS; nth += 1) {
      // The rhythm of the fault; nothing is waited for.
      await Bun.sleep(TERMINATE_EVERY_MS);
      ended += await terminateBackends(shop.postgres);
    }
    await waitFor(async () => (await readPools(shop)).waiting === 0, {
      what: "nobody to wait for a connection",
    });
    await expectWell(busy);
    expect(ended).toBeGreaterThanOrEqual(TERMINATIONS);
    const all = Object.values(statuses).reduce((sum, count) => sum + count, 0);
    const failed = Object.entries(statuses).reduce((sum, [status, n]) => sum + (status >= "500" ? n : 0), 0);
    const share = ((100 * failed) / all).toFixed(2);
    console.info(`  ${ended} connections ended; ${failed} of ${all} answers were 5xx (${share} %)`);
  });

  test("a black hole in its place: every call is answered, and the shop comes back by itself", async () => {
    const busy = await openBusy(() => openOneProcess({ proxied: true }));
    const { shop, floor, load } = busy;
    shop.proxy.swallow();
    const answers: { said: string; seconds: number }[] = [];
    for (let round = 0; round < LOST_ROUNDS; round += 1) answers.push(...(await callsIntoNowhere(floor)));
    shop.proxy.open();
    const said = [...new Set(answers.map((answer) => answer.said))].toSorted();
    expect(said.filter((status) => status !== "503" && status !== "504")).toEqual([]);
    const longest = Math.max(...answers.map(({ seconds }) => seconds)).toFixed(2);
    console.info(`  ${answers.length} calls answered ${said.join(" or ")}, the last after ${longest} s`);
    console.info(told("a black hole", await recovery(floor)));
    await moreOrders(load, ORDERS_BETWEEN_BLOWS);
    await expectWell(busy);
  });
});

describeIf(redis && rabbitmq, missing, "a PostgreSQL that is restarted, and Kiosk in six processes", () => {
  test("again and again: no process ends, no acknowledged order is lost, no pool loses a slot", () =>
    expectRestartsSurvived(openSixProcesses));
});
