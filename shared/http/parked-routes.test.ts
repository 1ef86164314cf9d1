import { describe, expect, test } from "bun:test";
import type { ConsumingService } from "../contracts/operations.ts";
import type { Role } from "../contracts/permissions.ts";
import { newId } from "../kernel/ids.ts";
import { effects } from "../outbox/outbox-fixture.ts";
import { parkedCases } from "../outbox/parked-cases.ts";
import { openParked, PARKED_QUEUE } from "../outbox/parked-fixture.ts";
import { createParking } from "../outbox/parking.ts";
import { createMetrics } from "../runtime/metrics.ts";
import { closedAfterEach } from "../testing/closed-after-each.ts";
import { fakeClock } from "../testing/fake-clock.ts";
import { inMemoryDeps, readAnswer, requestTo } from "../testing/service-under-test.ts";
import { authGuard } from "./auth-guard.ts";
import { parkedRoutes } from "./parked-routes.ts";
import { createServiceApp, toServiceFetch } from "./service-app.ts";

interface Body {
  readonly items: readonly { readonly id: string; readonly [field: string]: unknown }[];
  readonly nextCursor: string | null;
  readonly code: string;
  readonly detail: string;
}

/** A service that has nothing but a queue and the routes about its parked messages. */
const open = closedAfterEach(async () => {
  const queue = await openParked();
  const { database, consumer } = queue;
  const { log, verify, internalToken } = await inMemoryDeps();
  const service: ConsumingService = "notify";
  const frame = {
    name: service,
    version: "0",
    description: "",
    dependencies: [],
    log,
    metrics: createMetrics(),
  };
  const cases = parkedCases({ database, consumers: [consumer], log });
  const app = createServiceApp(frame).use(
    parkedRoutes(authGuard({ verify, internalToken }), { service, cases, log }),
  );
  const fetch = toServiceFetch(app, frame);
  const call = async (method: string, path: string, as?: Role, body?: unknown) =>
    readAnswer<Body>(
      await fetch(requestTo(`http://notify/v1/ops/parked${path}`, method, { token: as, body })),
    );
  return {
    ...queue,
    call,
    idsOf: async (query: string) => (await call("GET", query, "staff")).body.items.map(({ id }) => id),
  };
});

describe("the list of parked messages", () => {
  test("shows the whole event, newest first, page by page, and nothing twice", async () => {
    const { park, call, idsOf } = await open();
    const ids = await park("A", "B", "C");
    const { body } = await call("GET", "?limit=2", "staff");
    expect(body.items[0]).toEqual({
      ...{ id: ids[2] ?? "", service: "notify", queue: PARKED_QUEUE, eventId: expect.any(String) },
      ...{ type: "stock.low", subject: "C", error: "Error: broken", attempts: 1 },
      ...{ parkedAt: expect.any(String), state: "parked", resolvedAt: null, resolution: null },
      event: expect.objectContaining({
        type: "stock.low",
        data: { sku: "C", available: 1, threshold: 5, version: 1 },
      }),
      raw: null,
    });
    expect(body.items.map(({ id }) => id)).toEqual([ids[2] ?? "", ids[1] ?? ""]);
    expect(await idsOf(`?limit=2&cursor=${body.nextCursor}`)).toEqual([ids[0] ?? ""]);
  });

  test("is filtered by state, queue and service", async () => {
    const { park, call, idsOf } = await open();
    const [a = "", b = "", c = ""] = await park("A", "B", "C");
    await call("POST", `/${a}/drop`, "admin", { reason: "a test" });
    expect(await idsOf("")).toEqual([c, b]);
    expect(await idsOf("?state=dropped")).toEqual([a]);
    expect(await idsOf("?state=replayed")).toEqual([]);
    expect(await idsOf(`?queue=${PARKED_QUEUE}&service=notify`)).toEqual([c, b]);
    expect(await idsOf("?queue=notify.orders-events")).toEqual([]);
    expect(await idsOf("?service=orders")).toEqual([]);
  });

  test("shows a message that was no event as text, cut where it is long", async () => {
    const { database, log, call } = await open();
    const clock = fakeClock();
    const park = createParking({ database, queue: PARKED_QUEUE, clock, log });
    const raw = "x".repeat(50_000);
    await park({ eventId: newId(), type: "malformed", raw, error: "no JSON", attempts: 0 });
    const { items } = (await call("GET", "", "staff")).body;
    const unknown = { eventId: null, type: "malformed", subject: null, event: null };
    expect(items).toEqual([expect.objectContaining({ ...unknown, raw: "x".repeat(10_000) })]);
    const id = items[0]?.id;
    expect((await call("POST", `/${id}/replay`, "staff")).body).toMatchObject({
      code: "CONFLICT",
      detail: "This message is no event, so it cannot be replayed: drop it.",
    });
  });

  test("refuses what is no query", async () => {
    const { call } = await open();
    for (const query of ["?state=lost", "?service=auth", "?limit=0", "?cursor=nonsense", "?x=1", "?queue="])
      expect([query, (await call("GET", query, "staff")).status]).toEqual([query, 422]);
  });
});

describe("a parked message", () => {
  test("is replayed once its cause is removed, and answers what it is then", async () => {
    const { park, call, broken, database, deliver } = await open();
    const [id] = await park("A");
    const failed = await call("POST", `/${id}/replay`, "staff");
    expect([failed.status, failed.body.detail]).toEqual([409, "The message failed again: Error: broken"]);
    broken.clear();
    const { status, body } = await call("POST", `/${id}/replay`, "staff");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      state: "replayed",
      attempts: 3,
      resolvedAt: expect.any(String),
    } as never);
    expect(await effects(database)).toEqual(["A:1"]);
    const { items } = (await call("GET", "?state=replayed", "staff")).body;
    await deliver(items[0]?.event as never);
    expect(await effects(database)).toEqual(["A:1"]);
    const again = await call("POST", `/${id}/replay`, "staff");
    expect([again.status, again.body.detail]).toEqual([409, "This message has been replayed already."]);
  });

  test("is dropped with its reason, which it keeps", async () => {
    const { park, call } = await open();
    const [id] = await park("A");
    for (const body of [{}, { reason: "" }, { reason: "x".repeat(501) }, { reason: "a", more: 1 }])
      expect((await call("POST", `/${id}/drop`, "admin", body)).status).toBe(422);
    const { status, body } = await call("POST", `/${id}/drop`, "admin", { reason: "sent by a test" });
    expect([status, body]).toMatchObject([200, { id, state: "dropped", resolution: "sent by a test" }]);
    expect((await call("POST", `/${id}/replay`, "staff")).status).toBe(409);
  });

  test("is replayed with all others, or left alone when another service is named", async () => {
    const { park, call, broken } = await open();
    const [, b] = await park("A", "B");
    broken.delete("A");
    const elsewhere = await call("POST", "/replay", "staff", { service: "orders" });
    expect(elsewhere.body).toEqual({ replayed: 0, failed: [], remaining: 0, unavailable: [] } as never);
    const { status, body } = await call("POST", "/replay", "staff");
    const failed = [{ id: b, error: "The message failed again: Error: broken" }];
    expect([status, body]).toEqual([200, { replayed: 1, failed, remaining: 0, unavailable: [] } as never]);
    expect((await call("POST", "/replay", "staff", { queue: PARKED_QUEUE })).body).toMatchObject({
      replayed: 0,
    } as never);
    expect((await call("POST", "/replay", "staff", { service: "auth" })).status).toBe(422);
  });

  test("that nobody knows is 404, and what is no id 422", async () => {
    const { call } = await open();
    expect((await call("POST", `/${newId()}/replay`, "staff")).status).toBe(404);
    expect((await call("POST", `/${newId()}/drop`, "admin", { reason: "none" })).status).toBe(404);
    expect((await call("POST", "/1/replay", "staff")).status).toBe(422);
  });
});

describe("the routes of parked messages", () => {
  const routes: readonly [string, string, unknown, readonly number[]][] = [
    ["GET", "", undefined, [401, 403, 200, 200]],
    ["POST", "/replay", {}, [401, 403, 200, 200]],
    ["POST", `/${newId()}/replay`, undefined, [401, 403, 404, 404]],
    ["POST", `/${newId()}/drop`, { reason: "none" }, [401, 403, 403, 404]],
  ];
  for (const [method, path, body, expected] of routes) {
    test(`${method} ${path} answers strangers, customers, staff and admins ${expected.join(", ")}`, async () => {
      const { call } = await open();
      const statuses: number[] = [];
      for (const role of [undefined, "customer", "staff", "admin"] as const)
        statuses.push((await call(method, path, role, body)).status);
      expect(statuses).toEqual([...expected]);
    });
  }
});
