import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import type { PartName } from "../boot/config.ts";
import { pause } from "../shared/runtime/retry.ts";
import { describeIf, realServers } from "../shared/testing/real-servers.ts";
import { tcpProxy } from "../shared/testing/tcp-proxy.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type Load, openShopFloor, startLoad } from "./busy-shop.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { allHandled, type Drained, drainOf, unpublished } from "./event-flow.ts";
import { residentBytes } from "./memory-use.ts";
import { inspectShop, type ShopState } from "./shop-invariants.ts";
import { sized } from "./size.ts";

const PARTS = ["gateway", "auth", "catalog", "inventory", "orders", "notify"] as const satisfies PartName[];
/** How long RabbitMQ is away: five minutes is what is promised, some seconds show as much of the ways that lead there. */
const OUTAGE_SECONDS = sized(300, 15);
const ORDERS_PER_SECOND = sized(50, 20);
/** Code is compiled and pools are filled by then: what grows later grows for another reason. */
const WARM_UP_ORDERS = 300;
/** What a process may gain meanwhile. The news is in the database. */
const GROWTH_MAX_BYTES = 50 * 2 ** 20;
/** How long the news of the outage, and the cards that it brings, may take. */
const SETTLE_MS = 60_000 + OUTAGE_SECONDS * 3_000;
const BUYERS = 24;
/** Of the output of each process, when something went wrong. */
const LAST_CHARACTERS = 4_000;

setDefaultTimeout(OUTAGE_SECONDS * 1_000 + SETTLE_MS * 2 + 120_000);

const { postgres, redis, rabbitmq } = realServers;
const missing = postgres === undefined ? "DATABASE_URL" : redis === undefined ? "REDIS_URL" : "RABBITMQ_URL";

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** A cluster of a process for each part, which reaches RabbitMQ by a proxy. */
const openCluster = async () => {
  const broker = await tcpProxy(rabbitmq ?? "", 5672);
  closers.push(broker.close);
  const servers = { postgres: postgres ?? "", redis: redis ?? "", rabbitmq: broker.through(rabbitmq ?? "") };
  const env = {
    RATE_LIMITS: "off",
    OTP_REQUESTS_PER_ADDRESS: "1000",
    ACCESS_TOKEN_TTL_SECONDS: "3600",
    // Cards as fast as they come: what Telegram would make wait is not what is looked at.
    TELEGRAM_PACE: "off",
  };
  const cluster = await startCluster(
    PARTS.map((part) => [part]),
    { env, servers },
  );
  closers.push(cluster.close);
  return { cluster, broker };
};

const memoryOf = ({ processes }: Cluster) => processes.map(({ pid }) => residentBytes(pid));

const inMegabytes = (bytes: number) => Math.round(bytes / 2 ** 20);

/** What each process said last: why an order was not taken. */
const lastWords = ({ processes }: Cluster) =>
  processes.map((process, i) => `${PARTS[i]}: ${process.output().slice(-LAST_CHARACTERS)}`).join("\n\n");

const answered = ({ answers }: Load) => Object.values(answers).reduce((total, count) => total + count, 0);

/** What the outage looked like: for whoever reads the run, since no speed is asserted here. */
const tellOfDrain = (drained: Drained, arrivedPerSecond: number) => {
  const slowestMs = Math.max(1, ...Object.values(drained.handleMs));
  const perSecond = (ms: number) => Math.round(drained.events / (Math.max(1, ms) / 1_000));
  console.info(
    `${drained.events} events waited; the first went out ${drained.backMs} ms after it was back, then ` +
      `${perSecond(drained.publishMs)}/s, handled by the slowest consumer at ${perSecond(slowestMs)}/s: ` +
      `${(perSecond(slowestMs) / arrivedPerSecond).toFixed(1)} times the ${arrivedPerSecond.toFixed(0)}/s that arrived.`,
  );
};

const tellOfOutage = (load: Load, growth: readonly number[]) => {
  const grown = PARTS.map((part, i) => `${part} ${inMegabytes(growth[i] ?? 0)} MB`).join(", ");
  console.info(
    `RabbitMQ away for ${OUTAGE_SECONDS} s: ${load.accepted.size} of ${answered(load)} orders accepted so far ` +
      `(${JSON.stringify(load.answers)}). Resident memory grew by ${grown}.`,
  );
};

describeIf(postgres && redis && rabbitmq, missing, "a shop whose RabbitMQ is away while people buy", () => {
  test("takes every order, keeps its memory, and has told everybody of everything soon after", async () => {
    const { cluster, broker } = await openCluster();
    const floor = await openShopFloor(cluster, { buyers: BUYERS, scarce: 100_000 });
    const load = startLoad(floor, ORDERS_PER_SECOND);
    closers.push(load.stop);
    await waitFor(() => load.accepted.size >= WARM_UP_ORDERS, { what: "the warm-up", timeoutMs: SETTLE_MS });

    const before = memoryOf(cluster);
    const from = new Date();
    broker.shut();
    await pause(OUTAGE_SECONDS * 1_000);
    const growth = memoryOf(cluster).map((bytes, i) => bytes - (before[i] ?? 0));
    const waiting = await unpublished(cluster);
    const to = new Date();
    broker.open();
    tellOfOutage(load, growth);
    const arrivedPerSecond = waiting / ((to.getTime() - from.getTime()) / 1_000);

    await waitFor(async () => (await unpublished(cluster)) < waiting / 10, {
      what: "the backlog to go out",
      timeoutMs: SETTLE_MS,
      everyMs: 250,
    });
    await load.stop();
    expect(waiting).toBeGreaterThan(0);
    if (load.accepted.size < answered(load)) console.info(lastWords(cluster));
    expect(Object.keys(load.answers)).toEqual(["201"]);
    expect(load.accepted.size).toBe(answered(load));
    for (const bytes of growth) expect(bytes).toBeLessThan(GROWTH_MAX_BYTES);

    await waitFor(() => allHandled(cluster), {
      what: "the consumers to be done",
      timeoutMs: SETTLE_MS,
      everyMs: 250,
    });
    tellOfDrain(await drainOf(cluster, { from, to }, to), arrivedPerSecond);
    let state: ShopState | undefined;
    const isWell = async () => {
      state = await inspectShop(cluster, floor, load);
      return state.problems.length === 0;
    };
    await waitFor(isWell, { timeoutMs: SETTLE_MS, everyMs: 1_000 }).catch(() => undefined);
    expect(state?.problems).toEqual([]);
    expect(state?.cardsInDoubt).toBe(0);
  });
});
