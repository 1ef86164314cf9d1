import { describe, expect, test } from "bun:test";
import { topology } from "../shared/contracts/events.ts";
import {
  type ConsumingService,
  consumingServices,
  publishingServices,
} from "../shared/contracts/operations.ts";
import { createMemoryLimits } from "../shared/drivers/memory-limits.ts";
import { authGuard } from "../shared/http/auth-guard.ts";
import { outboxRoutes } from "../shared/http/outbox-routes.ts";
import { type ParkedCases, parkedRoutes } from "../shared/http/parked-routes.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import { conflict, notFound } from "../shared/kernel/errors.ts";
import { newId } from "../shared/kernel/ids.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { createMetrics } from "../shared/runtime/metrics.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { inMemoryDeps, readAnswer, requestTo } from "../shared/testing/service-under-test.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { createGateway } from "./gateway.ts";

type Message = Awaited<ReturnType<ParkedCases["replay"]>>;

const messageOf = (service: ConsumingService): Message => ({
  ...{ id: newId(), queue: `${service}.some-events`, event: null, raw: "?", error: "broken", attempts: 5 },
  ...{ parkedAt: new Date(), state: "parked", resolvedAt: null, resolution: null },
});

/** The parked messages of one service, in memory. */
const casesOf = (messages: Message[], replayed: string[]): ParkedCases => {
  const find = (id: string) => {
    const message = messages.find((candidate) => candidate.id === id);
    if (message === undefined) throw notFound("parked message");
    return message;
  };
  return {
    async list({ state, before, limit = 0 }) {
      const found = messages
        .filter((message) => message.state === state && (before === undefined || message.id < before))
        .toSorted((a, b) => (a.id < b.id ? 1 : -1));
      const items = found.slice(0, limit);
      return { items, nextBefore: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    async replay(id) {
      const message = find(id);
      if (message.state !== "parked") throw conflict(`This message has been ${message.state} already.`);
      message.state = "replayed";
      replayed.push(id);
      return message;
    },
    async replayAll() {
      const [one, ...others] = messages;
      if (one === undefined) return { replayed: 0, failed: [], remaining: 0 };
      return { replayed: 1, failed: [{ id: one.id, error: "again" }], remaining: others.length };
    },
    async drop(id, resolution) {
      return Object.assign(find(id), { state: "dropped", resolution });
    },
  };
};

interface Body {
  readonly items: readonly { readonly id: string; readonly service: string }[];
  readonly nextCursor: string | null;
  readonly unavailable: readonly string[];
  readonly code: string;
}

const silent: ServiceFetch = () => Promise.reject(new Error("connection refused"));

/** A gateway before services that have the routes of operations and nothing else. */
const open = async (away: readonly ServiceName[] = []) => {
  const { verify, internalToken } = await inMemoryDeps();
  const guard = authGuard({ verify, internalToken });
  const log = silentLogger();
  const parked: Record<ConsumingService, Message[]> = { catalog: [], orders: [], notify: [] };
  const replayed: string[] = [];
  const asked: string[] = [];
  const fetchOf = (name: ServiceName): ServiceFetch => {
    const frame = { name, version: "0", description: "", dependencies: [], log, metrics: createMetrics() };
    const app = createServiceApp(frame);
    const consuming = consumingServices.find((service) => service === name);
    const publishing = publishingServices.find((service) => service === name);
    if (consuming !== undefined)
      app.use(parkedRoutes(guard, { service: consuming, log, cases: casesOf(parked[consuming], replayed) }));
    const standing = { unsent: 1, oldestSeconds: 2.5, failedAttempts: 0, relaying: true };
    if (publishing !== undefined)
      app.use(outboxRoutes(guard, { service: publishing, read: async () => standing }));
    const fetch = toServiceFetch(app, frame);
    return (request) => {
      asked.push(name);
      return fetch(request);
    };
  };
  const services = Object.fromEntries(
    serviceNames.map((name) => [name, away.includes(name) ? silent : fetchOf(name)]),
  ) as Record<ServiceName, ServiceFetch>;
  const gateway = createGateway({
    ...{ services, log, sandbox: null, clock: systemClock, metrics: createMetrics(), version: "0" },
    config: { ALLOWED_ORIGINS: [], RATE_LIMITS: true },
    limits: createMemoryLimits(),
  });
  const call = async (method: string, path: string, as?: string, body?: unknown) =>
    readAnswer<Body>(
      await gateway(
        requestTo(`http://kiosk.example/v1/ops${path}`, method, { token: as, body }),
        "127.0.0.1",
      ),
    );
  const park = (...names: ConsumingService[]): string[] =>
    names.map((name) => {
      const message = messageOf(name);
      parked[name].push(message);
      return message.id;
    });
  return { gateway, services, call, park, parked, replayed, asked };
};

type Shop = Awaited<ReturnType<typeof open>>;

const walk = async ({ call }: Shop, query: string): Promise<Body["items"]> => {
  const seen: Body["items"][number][] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: Body = (await call("GET", `/parked?${query}&cursor=${cursor}`, "staff")).body;
    seen.push(...page.items);
    cursor = page.nextCursor;
  }
  return seen;
};

describe("the parked messages of all services", () => {
  test("come newest first, page by page, with nothing skipped or repeated, whatever the limit", async () => {
    const shop = await open();
    const names = ["orders", "notify", "notify", "catalog", "orders", "orders", "orders", "notify"] as const;
    const ids = shop.park(...names, ...names, "catalog");
    for (const limit of [1, 2, 3, 7, 17, 50]) {
      const seen = await walk(shop, `limit=${limit}`);
      expect(seen.map(({ id }) => id)).toEqual(ids.toReversed());
    }
    expect((await walk(shop, "limit=3&service=notify")).map(({ service }) => service)).toEqual(
      Array.from({ length: 6 }, () => "notify"),
    );
  });

  test("that appear while somebody reads do not move what is read", async () => {
    const shop = await open();
    const ids = shop.park("orders", "notify", "catalog", "orders");
    const first = (await shop.call("GET", "/parked?limit=2", "staff")).body;
    shop.park("notify", "orders");
    const second = (await shop.call("GET", `/parked?limit=2&cursor=${first.nextCursor}`, "staff")).body;
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.nextCursor).toBeNull();
  });

  test("are shown without those of a service that is silent, which is named", async () => {
    const shop = await open(["notify"]);
    const [id = ""] = shop.park("orders");
    const { status, body } = await shop.call("GET", "/parked", "staff");
    expect([status, body.items.map((item) => item.id), body.unavailable]).toEqual([200, [id], ["notify"]]);
    expect((await shop.call("GET", "/parked?service=orders", "staff")).body.unavailable).toEqual([]);
  });

  test("are nobody's when nobody answers: then nobody has checked the caller", async () => {
    const { call } = await open(serviceNames);
    for (const path of ["/parked", "/outbox"]) expect((await call("GET", path)).status).toBe(503);
    expect((await call("POST", `/parked/${newId()}/replay`)).status).toBe(503);
  });

  test("are asked of the service that is named alone", async () => {
    const { call, asked } = await open();
    await call("GET", "/parked?service=orders", "staff");
    await call("POST", "/parked/replay", "staff", { service: "notify" });
    expect(asked).toEqual(["orders", "notify"]);
    expect((await call("GET", "/parked?service=inventory", "staff")).status).toBe(422);
  });
});

describe("one parked message", () => {
  test("is replayed by the service that has it, once", async () => {
    const { call, park, replayed } = await open();
    const [id = ""] = park("notify");
    const { status, body } = await call("POST", `/parked/${id}/replay`, "staff");
    expect([status, body]).toMatchObject([200, { id, service: "notify", state: "replayed" }]);
    expect((await call("POST", `/parked/${id}/replay`, "staff")).body.code).toBe("CONFLICT");
    expect(replayed).toEqual([id]);
  });

  test("is dropped by an admin, with a reason", async () => {
    const { call, park } = await open();
    const [id = ""] = park("catalog");
    expect((await call("POST", `/parked/${id}/drop`, "staff", { reason: "a test" })).status).toBe(403);
    expect((await call("POST", `/parked/${id}/drop`, "admin", {})).status).toBe(422);
    const { status, body } = await call("POST", `/parked/${id}/drop`, "admin", { reason: "é – a test" });
    expect([status, body]).toMatchObject([200, { state: "dropped", resolution: "é – a test" }]);
  });

  test("is unknown when all say so, and cannot be told while one is silent who may have it", async () => {
    const path = `/parked/${newId()}/replay`;
    expect((await (await open()).call("POST", path, "staff")).status).toBe(404);
    const half = await open(["notify"]);
    expect((await half.call("POST", path, "staff")).status).toBe(503);
    const [id = ""] = half.park("orders");
    expect((await half.call("POST", `/parked/${id}/replay`, "staff")).status).toBe(200);
  });
});

test("all parked messages are replayed by their services, and the work is summed", async () => {
  const { call, park } = await open(["catalog"]);
  const [a, , , b] = park("orders", "orders", "orders", "notify");
  const { status, body } = await call("POST", "/parked/replay", "staff", {});
  expect([status, body]).toEqual([
    200,
    {
      replayed: 2,
      failed: [
        { id: a, error: "again" },
        { id: b, error: "again" },
      ],
      remaining: 2,
      unavailable: ["catalog"],
    } as unknown as Body,
  ]);
});

test("the outboxes of all services are shown, but for those that are silent", async () => {
  const { call } = await open(["inventory"]);
  const { status, body } = await call("GET", "/outbox", "staff");
  expect([status, body.items.map(({ service }) => service), body.unavailable]).toEqual([
    200,
    ["auth", "catalog", "orders"],
    ["inventory"],
  ]);
  expect(body.items[0]).toEqual({
    ...{ service: "auth", unsent: 1, oldestSeconds: 2.5, failedAttempts: 0, relaying: true },
  } as never);
});

describe("the routes of operations", () => {
  test("refuse strangers and customers as the services do, and take no token of ours from outside", async () => {
    const { call, gateway } = await open();
    const routes = [
      ["GET", "/parked"],
      ["POST", "/parked/replay"],
      ["POST", `/parked/${newId()}/replay`],
      ["GET", "/outbox"],
    ] as const;
    for (const [method, path] of routes) {
      const statuses = [await call(method, path), await call(method, path, "customer")].map(
        ({ status, body }) => [status, body.code],
      );
      expect([path, ...statuses]).toEqual([path, [401, "UNAUTHENTICATED"], [403, "FORBIDDEN"]]);
    }
    const forged = new Request("http://kiosk.example/v1/ops/parked", {
      headers: { "x-internal-token": (await inMemoryDeps()).internalToken },
    });
    expect((await gateway(forged, "127.0.0.1")).status).toBe(401);
  });

  test("have rate limits, request ids and no place in a cache", async () => {
    const { headers } = await (await open()).call("GET", "/parked", "staff");
    expect(headers.get("ratelimit")).toContain("r=");
    expect(headers.get("x-request-id")).toEqual(expect.any(String));
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("answer other methods and paths with 404", async () => {
    const { call } = await open();
    for (const [method, path] of [
      ["DELETE", "/parked"],
      ["POST", "/parked/replay/all"],
      ["POST", "/outbox"],
      ["GET", "/parkedmessages"],
    ] as const)
      expect([path, (await call(method, path, "admin")).status]).toEqual([path, 404]);
  });

  test("are in the merged document once, in a section of their own", async () => {
    const { gateway } = await open();
    const answer = await gateway(new Request("http://kiosk.example/openapi.json"), "127.0.0.1");
    const { paths } = (await answer.json()) as {
      paths: Record<string, Record<string, { tags: string[]; "x-audience": string }>>;
    };
    const shared = Object.entries(paths).filter(([path]) => path.startsWith("/v1/"));
    const shown = shared.flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, operation]) => `${method} ${path} ${operation["x-audience"]} ${operation.tags.join()}`,
      ),
    );
    expect(shown.toSorted()).toEqual([
      "get /v1/ops/outbox staff operations",
      "get /v1/ops/parked staff operations",
      "post /v1/ops/parked/replay staff operations",
      "post /v1/ops/parked/{id}/drop admin operations",
      "post /v1/ops/parked/{id}/replay staff operations",
    ]);
  });
});

test("the services that are asked are those that publish, and those that have a queue", () => {
  const serviceOf = (name: string) => name.split(".")[0] ?? "";
  expect(topology.map(({ exchange }) => serviceOf(exchange)).toSorted()).toEqual(
    [...publishingServices].toSorted(),
  );
  const consuming = new Set(topology.flatMap(({ queues }) => queues.map(serviceOf)));
  expect([...consuming].toSorted()).toEqual([...consumingServices].toSorted());
});
