import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import type { PartName } from "../boot/config.ts";
import { describeIf, realServers } from "../shared/testing/real-servers.ts";
import { tcpProxy } from "../shared/testing/tcp-proxy.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import { type Load, openShopFloor, startLoad } from "./busy-shop.ts";
import { startCluster } from "./cluster.ts";
import { inspectShop, type ShopState } from "./shop-invariants.ts";

setDefaultTimeout(120_000);

const PARTS = ["gateway", "auth", "catalog", "inventory", "orders", "notify"] as const satisfies PartName[];
const ORDERS_PER_SECOND = 20;
/** How long after the last fault everything may still be on its way. */
const SETTLE_MS = 30_000;

const { postgres, redis, rabbitmq } = realServers;
const missing = postgres === undefined ? "DATABASE_URL" : redis === undefined ? "REDIS_URL" : "RABBITMQ_URL";

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** A cluster of six processes that reaches PostgreSQL and RabbitMQ by proxies. */
const openCluster = async () => {
  const [database, broker] = await Promise.all([
    tcpProxy(postgres ?? "", 5432),
    tcpProxy(rabbitmq ?? "", 5672),
  ]);
  closers.push(database.close, broker.close);
  const servers = {
    postgres: database.through(postgres ?? ""),
    redis: redis ?? "",
    rabbitmq: broker.through(rabbitmq ?? ""),
  };
  const env = { RATE_LIMITS: "off", OTP_REQUESTS_PER_ADDRESS: "1000" };
  const cluster = await startCluster(
    PARTS.map((part) => [part]),
    { env, servers },
  );
  closers.push(cluster.close);
  const processes = new Map<PartName, KioskProcess>(
    PARTS.flatMap((part, i) => {
      const process = cluster.processes[i];
      return process === undefined ? [] : [[part, process]];
    }),
  );
  return { cluster, database, broker, processes };
};

/** Waits until the clients have had so many more orders taken: the shop works again. */
const moreOrders = async ({ accepted }: Load, count: number, after: string): Promise<void> => {
  const before = accepted.size;
  await waitFor(() => accepted.size >= before + count, {
    what: `orders after ${after}`,
    timeoutMs: SETTLE_MS,
  });
};

describeIf(postgres && redis && rabbitmq, missing, "a cluster whose parts fail while people buy", () => {
  test("loses no order, sells nothing twice, tells everybody once, and comes back by itself", async () => {
    const { cluster, database, broker, processes } = await openCluster();
    const floor = await openShopFloor(cluster);
    const load = startLoad(floor, ORDERS_PER_SECOND);
    closers.push(load.stop);
    await moreOrders(load, 5, "the start");

    for (const part of ["orders", "inventory"] as const) {
      await processes.get(part)?.kill();
      processes.set(part, await cluster.start([part]));
      await moreOrders(load, 5, `kill -9 of ${part}`);
    }
    broker.cut();
    await moreOrders(load, 5, "a cut of RabbitMQ");
    database.cut();
    await moreOrders(load, 5, "a cut of PostgreSQL");
    await load.stop();

    let state: ShopState | undefined;
    const isWell = async () => {
      state = await inspectShop(cluster, floor, load);
      return state.problems.length === 0;
    };
    await waitFor(isWell, { timeoutMs: SETTLE_MS, everyMs: 250 }).catch(() => undefined);
    expect(state?.problems).toEqual([]);
    // Notify itself was not killed, so it knows what became of every message.
    expect(state?.cardsInDoubt).toBe(0);
    const ends = await Promise.all(
      [...processes].map(async ([part, process]) => {
        const ended = await Promise.race([process.exited.then(() => true), Promise.resolve(false)]);
        return ended ? [part] : [];
      }),
    );
    expect(ends.flat()).toEqual([]);
  });
});
