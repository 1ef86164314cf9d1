import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import type { PartName } from "../boot/config.ts";
import { describeIf } from "../shared/testing/real-servers.ts";
import { temporaryPostgres } from "../shared/testing/temporary-postgres.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import { openShopFloor, type ShopFloor } from "./busy-shop.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { allPages, orderProblems, orderSchema, stockProblems } from "./shop-invariants.ts";
import { sized } from "./size.ts";
import { missingServer, servers } from "./two-of-each.ts";

setDefaultTimeout(600_000);

/** Six processes behind the gateway: every service at two addresses. */
const BEHIND = [
  ["auth", "catalog"],
  ["auth", "catalog"],
  ["inventory", "orders"],
  ["inventory", "orders"],
  ["notify"],
  ["notify"],
] as const satisfies PartName[][];
const CLIENTS = 8;
/** How long after the last answer sagas may still be on their way. */
const SETTLE_MS = 30_000;
/** Requests at least. */
const REQUESTS = sized(20_000, 800);

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

type Ask = (nth: number) => Promise<{ readonly status: number; readonly body: unknown }>;

/** What people do all day: half of it reads, and of the orders half with a key. */
const callsOf = ({
  api,
  buyers,
  merchant,
  initial,
}: ShopFloor): readonly (readonly [name: string, ask: Ask])[] => {
  const [sku = ""] = initial.keys();
  const tokenOf = (nth: number) => buyers[nth % buyers.length]?.accessToken;
  const order = (nth: number, headers: Record<string, string> = {}) =>
    api.send("/v1/orders", {
      method: "POST",
      // The inspection looks for orders that were made twice by their notes.
      body: { lines: [{ sku, quantity: 1 }], note: crypto.randomUUID() },
      token: tokenOf(nth),
      headers,
    });
  const get = (path: string, token?: string) => api.send(path, { token });
  return [
    ["order with a key", (nth) => order(nth, { "idempotency-key": crypto.randomUUID() })],
    ["product", () => get(`/v1/products/${sku}`)],
    ["list", (nth) => get(`/v1/products?limit=${1 + (nth % 50)}`)],
    ["own orders", (nth) => get("/v1/orders?limit=5", tokenOf(nth))],
    ["order", (nth) => order(nth)],
    ["profile", (nth) => get("/v1/users/me", tokenOf(nth))],
    ["stock", () => get(`/v1/stock/${sku}`, merchant.accessToken)],
    ["notifications", (nth) => get("/v1/notifications?limit=5", tokenOf(nth))],
  ];
};

/** Clients that go on for as long as they are wanted. */
const startClients = (floor: ShopFloor) => {
  const calls = callsOf(floor);
  const failures: string[] = [];
  let asked = 0;
  let wanted = true;
  const askNext = async (): Promise<void> => {
    const nth = asked++;
    const call = calls[nth % calls.length];
    if (call === undefined) return;
    const [name, ask] = call;
    const beganMs = performance.now();
    const failure = await ask(nth).then(
      ({ status, body }) => (status >= 200 && status < 300 ? null : `${status} ${JSON.stringify(body)}`),
      (error: unknown) => String(error),
    );
    const tookMs = Math.round(performance.now() - beganMs);
    if (failure !== null) failures.push(`${name}, after ${tookMs} ms: ${failure}`);
  };
  const client = async (): Promise<void> => {
    while (wanted) await askNext();
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  return {
    failures,
    asked: () => asked,
    async stop(): Promise<number> {
      wanted = false;
      await clients;
      return asked;
    },
  };
};

/** Restarts the processes behind the gateway one after another, and answers those that run now. */
const restartAll = async (
  cluster: Cluster,
  running: readonly KioskProcess[],
): Promise<readonly KioskProcess[]> => {
  const restarted: KioskProcess[] = [];
  for (const [index, parts] of BEHIND.entries()) {
    await running[index]?.stop();
    restarted.push(await cluster.start(parts, {}, index % 2));
  }
  return restarted;
};

/** Once, and again for as long as requests are wanting: there is always somebody restarting. */
const restartUntilAsked = async (cluster: Cluster, clients: ReturnType<typeof startClients>) => {
  // The gateway is the first of the processes.
  let running: readonly KioskProcess[] = cluster.processes.slice(1);
  let restarts = 0;
  do {
    running = await restartAll(cluster, running);
    restarts += running.length;
  } while (clients.asked() < REQUESTS);
  return restarts;
};

describeIf(servers, missingServer, "scenario 26: a deploy under load", () => {
  test("six processes are restarted one after another, and no request fails", async () => {
    const env = {
      RATE_LIMITS: "off",
      OTP_REQUESTS_PER_ADDRESS: "1000",
      ACCESS_TOKEN_TTL_SECONDS: "3600",
    };
    // One of its own: where others use up the connections of a PostgreSQL, nobody can be restarted on it.
    const postgres = await temporaryPostgres();
    closers.push(postgres.remove);
    const cluster = await startCluster([["gateway"], ...BEHIND], { env, postgres: postgres.url });
    closers.push(cluster.close);
    const floor = await openShopFloor(cluster, { buyers: 4 });
    const clients = startClients(floor);
    closers.push(async () => void (await clients.stop()));
    const restarts = await restartUntilAsked(cluster, clients);
    const asked = await clients.stop();
    process.stdout.write(
      `${asked} requests during ${restarts} restarts, ${clients.failures.length} failed\n`,
    );
    expect(clients.failures).toEqual([]);
    expect(asked).toBeGreaterThanOrEqual(REQUESTS);
    // What was acknowledged is there, once, and the stock agrees with it.
    let problems: readonly string[] = [];
    await waitFor(
      async () => {
        const orders = await allPages(floor, "/v1/orders", orderSchema);
        problems = [...orderProblems(orders), ...(await stockProblems(floor, orders))];
        return problems.length === 0;
      },
      { timeoutMs: SETTLE_MS, everyMs: 500 },
    ).catch(() => undefined);
    expect(problems).toEqual([]);
  });
});
