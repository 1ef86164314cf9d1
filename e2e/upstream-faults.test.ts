import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { remoteService } from "../boot/remote-service.ts";
import { gatewayUnderTest } from "../gateway/testing/gateway-under-test.ts";
import { BREAKER_MIN_CALLS } from "../shared/runtime/breaker.ts";
import { createHttpServer } from "../shared/runtime/http-server.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { type TcpProxy, tcpProxy } from "../shared/testing/tcp-proxy.ts";
import { waitFor } from "../shared/testing/wait-for.ts";

setDefaultTimeout(120_000);

/** A read of each service. */
const PATHS: Readonly<Record<ServiceName, string>> = {
  auth: "/v1/users/me",
  catalog: "/v1/products",
  inventory: "/v1/stock",
  orders: "/v1/orders",
  notify: "/v1/notifications",
};
/** `/health` is to tell the truth within this, whatever is ill. */
const TRUTH_MS = 5_000;
/** The gateway's own deadline, and what a busy machine may add to it. */
const ANSWER_MAX_MS = 15_000;

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** Five services on ports of their own, and a gateway that reaches each by a proxy. */
const openShop = async () => {
  const proxies = new Map<ServiceName, TcpProxy>();
  const reach: Partial<Record<ServiceName, ReturnType<typeof remoteService>>> = {};
  for (const name of serviceNames) {
    const server = createHttpServer({
      name,
      host: "127.0.0.1",
      port: 0,
      portVariable: "PORT",
      bodyMaxBytes: 1_024,
      fetch: async () => Response.json({ status: "ok", service: name }),
    });
    await server.start();
    const proxy = await tcpProxy(server.url, 0);
    closers.push(server.stop, proxy.close);
    proxies.set(name, proxy);
    // `through` ends with a slash, and an address does not.
    reach[name] = remoteService([proxy.through(server.url).replace(/\/$/, "")], "peer");
  }
  const { call } = gatewayUnderTest(reach);
  const proxyOf = (name: ServiceName): TcpProxy => {
    const proxy = proxies.get(name);
    if (proxy === undefined) throw new Error(`${name} has no proxy`);
    return proxy;
  };
  return { call, proxyOf };
};

let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  shop = await openShop();
});

interface Health {
  readonly services: Readonly<Record<ServiceName, { readonly status: string; readonly breaker: string }>>;
}

const healthOf = async (path = "/health"): Promise<Health & { httpStatus: number }> => {
  const answer = await shop.call(path);
  return { ...((await answer.json()) as Health), httpStatus: answer.status };
};

/** More reads at once than the breaker looks at: their statuses, and whether each came with the answer that its status has. */
const readMany = async (name: ServiceName): Promise<ReadonlySet<number>> => {
  const begunAt = performance.now();
  const answers = await Promise.all(Array.from({ length: BREAKER_MIN_CALLS }, () => shop.call(PATHS[name])));
  expect(performance.now() - begunAt).toBeLessThan(ANSWER_MAX_MS);
  for (const answer of answers) {
    if (answer.status < 500) continue;
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    if (answer.status === 503) expect(answer.headers.has("retry-after")).toBe(true);
  }
  return new Set(answers.map(({ status }) => status));
};

const expectTruth = async (ill: ServiceName): Promise<void> => {
  for (const path of ["/health", "/ready"]) {
    const begunAt = performance.now();
    const { services, httpStatus } = await healthOf(path);
    expect(performance.now() - begunAt).toBeLessThan(TRUTH_MS);
    expect(httpStatus).toBe(503);
    for (const name of serviceNames)
      expect([name, services[name].status]).toEqual([name, name === ill ? "down" : "ok"]);
  }
};

const expectOthersWell = async (ill: ServiceName): Promise<void> => {
  for (const name of serviceNames)
    if (name !== ill) expect([name, (await shop.call(PATHS[name])).status]).toEqual([name, 200]);
};

const expectRecovery = async (name: ServiceName): Promise<void> => {
  await waitFor(async () => (await shop.call(PATHS[name])).status === 200, {
    timeoutMs: 30_000,
    everyMs: 100,
    what: `${name} to be asked again`,
  });
  const { services, httpStatus } = await healthOf();
  expect([httpStatus, services[name]]).toMatchObject([200, { status: "ok", breaker: "closed" }]);
};

describe.each([...serviceNames])("%s", (name) => {
  test("cut off: 503 with Retry-After, its breaker opens, health says so, nobody else is hurt; well again when it is", async () => {
    shop.proxyOf(name).shut();
    expect(await readMany(name)).toEqual(new Set([503]));
    expect((await healthOf()).services[name].breaker).not.toBe("closed");
    await expectTruth(name);
    await expectOthersWell(name);
    shop.proxyOf(name).open();
    await expectRecovery(name);
  });

  test("connections that are reset now and then cost a read nothing", async () => {
    const reads = Array.from({ length: 10 }, async () => (await shop.call(PATHS[name])).status);
    shop.proxyOf(name).reset();
    expect(new Set(await Promise.all(reads))).toEqual(new Set([200]));
  });

  test("far away: answers come later, and are answers", async () => {
    shop.proxyOf(name).slow(200, 100);
    expect(await readMany(name)).toEqual(new Set([200]));
    expect(await healthOf()).toMatchObject({ httpStatus: 200, services: { [name]: { breaker: "closed" } } });
    shop.proxyOf(name).open();
  });
});

/** Each would take the deadline's five seconds: all five at once. */
test("black holes: 504 by the deadline, then 503 at once, health tells the truth meanwhile", async () => {
  for (const name of serviceNames) shop.proxyOf(name).swallow();
  const truth = Promise.all(["/health", "/ready"].map((path) => healthOf(path)));
  const statuses = await Promise.all(serviceNames.map(readMany));
  for (const seen of statuses) expect(seen).toEqual(new Set([504]));
  for (const { httpStatus, services } of await truth) {
    expect(httpStatus).toBe(503);
    expect(serviceNames.map((name) => services[name].status)).toEqual(serviceNames.map(() => "down"));
  }
  expect((await healthOf()).services.orders.breaker).not.toBe("closed");
  // Half open, one call is let out to try: the others are refused.
  expect(await readMany("orders")).toContain(503);
  for (const name of serviceNames) shop.proxyOf(name).open();
  await Promise.all(serviceNames.map(expectRecovery));
});
