import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { catalogMigrations, createCatalog } from "../catalog/service.ts";
import { createGateway } from "../gateway/gateway.ts";
import { createInventory, inventoryMigrations } from "../inventory/service.ts";
import { createOrders, ordersMigrations } from "../orders/service.ts";
import { userSnapshot } from "../orders/testing/snapshots.ts";
import type { EventEnvelope } from "../shared/contracts/envelope.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import { newId } from "../shared/kernel/ids.ts";
import type { EventBus } from "../shared/ports/event-bus.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { createLogger } from "../shared/runtime/logging.ts";
import type { Service } from "../shared/runtime/service.ts";
import { parseTraceparent } from "../shared/runtime/trace-context.ts";
import {
  inMemoryDeps,
  readAnswer,
  requestTo,
  SET_UP_TIMEOUT_MS,
} from "../shared/testing/service-under-test.ts";
import { testDatabase } from "../shared/testing/test-database.ts";
import { waitFor } from "../shared/testing/wait-for.ts";

// Gateway, catalog, inventory and orders in one process: what a request causes, behind however many doors, is one trace.

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const REQUEST_ID = "request-of-the-test-1";

interface Line {
  readonly msg: string;
  readonly service?: string;
  readonly queue?: string;
  readonly type?: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
}

/** The bus, with everything that is published. */
const listeningTo = (bus: EventBus) => {
  const published: EventEnvelope[] = [];
  const heard: EventBus = {
    ...bus,
    publish(exchange, events, options) {
      published.push(...events);
      return bus.publish(exchange, events, options);
    },
  };
  return { heard, published };
};

const openShop = async () => {
  const given = await inMemoryDeps();
  const lines: Line[] = [];
  const log = createLogger({ level: "debug", format: "json", write: (line) => lines.push(JSON.parse(line)) });
  const { heard: bus, published } = listeningTo(given.bus);
  const running: Service[] = [];
  /** Looked up when it is called: they know each other before all of them are there. */
  const service =
    (name: string): ServiceFetch =>
    async (request) =>
      running.find((one) => one.name === name)?.fetch(request) ?? new Response(null, { status: 503 });
  const services = {
    ...given.services,
    catalog: service("catalog"),
    inventory: service("inventory"),
    orders: service("orders"),
    auth: async (request: Request) =>
      Response.json(userSnapshot(new URL(request.url).pathname.split("/").at(-1) ?? "")),
  };
  const common = { ...given, services, bus, log, clock: systemClock };
  const databases = await Promise.all(
    Object.entries({
      catalog: catalogMigrations,
      inventory: inventoryMigrations,
      orders: ordersMigrations,
    }).map(([name, migrations]) => testDatabase({ name, migrations })),
  );
  const [forCatalog, forInventory, forOrders] = databases;
  if (!forCatalog || !forInventory || !forOrders) throw new Error("three databases were to be made");
  running.push(
    createInventory({ ...common, database: forInventory, config: { LOW_STOCK_THRESHOLD: 5 } }),
    createCatalog({
      ...common,
      database: forCatalog,
      config: { CURRENCY: "USD", CATALOG_CACHE_TTL_SECONDS: 300 },
    }),
    createOrders({
      ...common,
      database: forOrders,
      config: { CURRENCY: "USD", OUTBOX_MAX_UNSENT: 1_000_000 },
    }),
  );
  for (const service of running) await service.start();
  const gateway = createGateway({
    ...common,
    config: { ALLOWED_ORIGINS: [], RATE_LIMITS: false },
    sandbox: null,
  });
  const call = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}) => {
    const token = path === "/v1/orders" ? "customer" : "admin";
    const request = requestTo(`http://kiosk.example${path}`, method, { token, body, headers });
    return readAnswer<Record<string, string>>(await gateway(request, "127.0.0.1"));
  };
  return {
    call,
    lines,
    published,
    async close() {
      for (const service of running.toReversed()) await service.stop();
      await Promise.all(databases.map((database) => database.close()));
    },
  };
};

let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  shop = await openShop();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const handled = (queue: string, type: string, requestId: string | undefined) =>
  waitFor(
    () =>
      shop.lines.find(
        (line) =>
          line.msg === "event" && line.queue === queue && line.type === type && line.requestId === requestId,
      ),
    { what: `${type} to be handled from ${queue} on behalf of ${requestId}` },
  );

let products = 0;

const makeProduct = async (headers: Record<string, string>) => {
  products += 1;
  const sku = `TRACED-${products}`;
  const body = { sku, name: sku, price: { amountMinor: 500, currency: "USD" }, status: "active" };
  const answer = await shop.call("POST", "/v1/products", body, headers);
  expect(answer.status).toBe(201);
  const requestId = answer.headers.get("x-request-id") ?? "";
  return { sku, requestId, line: await handled("orders.catalog-events", "product.created", requestId) };
};

describe("a trace", () => {
  test("that a client began goes on through service, outbox, bus and consumer", async () => {
    const { requestId, line } = await makeProduct({
      traceparent: `00-${TRACE}-${SPAN}-01`,
      "x-request-id": REQUEST_ID,
    });
    expect([requestId, line.traceId]).toEqual([REQUEST_ID, TRACE]);
    const event = shop.published.find(({ requestid }) => requestid === REQUEST_ID);
    expect(parseTraceparent(event?.traceparent ?? "")?.traceId).toBe(TRACE);
    // The client's span, catalog's and that of orders' handler: each has its own.
    const served = shop.lines.find((one) => one.msg === "request" && one.requestId === REQUEST_ID);
    expect(new Set([SPAN, served?.spanId, line.spanId]).size).toBe(3);
    expect(event?.traceparent).toContain(served?.spanId ?? "no span");
  });

  test.each([
    ["zeros", { traceparent: `00-${"0".repeat(32)}-${SPAN}-01` }],
    ["no hex", { traceparent: `00-${TRACE.replace("4bf", "xyz")}-${SPAN}-01` }],
    ["more than a version has", { traceparent: `00-${TRACE}-${SPAN}-01-$(reboot)` }],
    ["a long one", { traceparent: `00-${TRACE}-${SPAN}-01-${"f".repeat(5_000)}` }],
    ["and a request id that is none", { traceparent: "'; drop table", "x-request-id": "a b\\c<script>" }],
    ["a trace state of its own", { tracestate: "evil=1,rojo=00f067aa0ba902b7" }],
  ] as const)("that is none is replaced (%s), and goes no further", async (_, headers) => {
    const { requestId, line } = await makeProduct(headers);
    expect(requestId).toMatch(/^[A-Za-z0-9._:-]{8,128}$/);
    expect(line.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect([TRACE, "0".repeat(32)]).not.toContain(line.traceId as string);
    const caused = JSON.stringify([shop.lines, shop.published].flat().filter((one) => "requestId" in one));
    expect(caused).not.toMatch(/reboot|drop table|script|evil/);
  });

  test("is one for an order from the gateway to the last consumer, also where the client has none", async () => {
    const { sku } = await makeProduct({});
    expect((await shop.call("PUT", `/v1/stock/${sku}`, { onHand: 6 })).status).toBeLessThan(300);
    const lines = [{ sku, quantity: 2 }];
    const { status, headers, body } = await shop.call(
      "POST",
      "/v1/orders",
      { lines },
      { "idempotency-key": newId() },
    );
    expect([status, body.status]).toEqual([201, "confirmed"]);
    const requestId = headers.get("x-request-id") ?? "";
    const { traceId } = await handled("catalog.orders-events", "order.confirmed", requestId);
    const ofRequest = shop.lines.filter((line) => line.requestId === requestId);
    expect(new Set(ofRequest.map((line) => line.traceId))).toEqual(new Set([traceId]));
    expect(new Set(ofRequest.map(({ service }) => service))).toEqual(
      new Set(["orders", "inventory", "catalog"]),
    );
    const types = shop.published.filter(({ requestid }) => requestid === requestId).map(({ type }) => type);
    expect(types.toSorted()).toEqual(["order.confirmed", "order.created", "stock.low"]);
    const traces = shop.published
      .filter(({ requestid }) => requestid === requestId)
      .map(({ traceparent = "" }) => parseTraceparent(traceparent)?.traceId);
    expect(new Set(traces)).toEqual(new Set([traceId]));
  });
});
