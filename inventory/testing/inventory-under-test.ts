import { topology } from "../../shared/contracts/events.ts";
import { INTERNAL_TOKEN_HEADER } from "../../shared/contracts/internal-api.ts";
import { type Role, roles } from "../../shared/contracts/permissions.ts";
import { createMemoryEventBus } from "../../shared/drivers/memory-event-bus.ts";
import { createMemoryPubSub } from "../../shared/drivers/memory-pub-sub.ts";
import { createMemoryTtlStore } from "../../shared/drivers/memory-ttl-store.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import { unauthenticated } from "../../shared/kernel/errors.ts";
import { newId } from "../../shared/kernel/ids.ts";
import type { EventBus } from "../../shared/ports/event-bus.ts";
import type { PubSub } from "../../shared/ports/pub-sub.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { createInventory, type Inventory, inventoryMigrations } from "../service.ts";

const INTERNAL_TOKEN = "internal-token-of-the-tests-0123456789";
const STAFF_ID = "0190a000-0000-7000-8000-000000000001";
const SIGNED_IN_MS = 600_000;

/** For `beforeAll`: the first suite of a run may have to start an embedded PostgreSQL. */
export const SET_UP_TIMEOUT_MS = 60_000;

const nobody: ServiceFetch = () => Promise.reject(new Error("inventory calls no other service"));

/** A token is the role itself: `Bearer staff`. */
const verify = async (token: string) => {
  const role = roles.find((known) => known === token);
  if (role === undefined) throw unauthenticated();
  return { userId: STAFF_ID, sessionId: newId(), role, expiresAtMs: Date.now() + SIGNED_IN_MS };
};

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  /** Of the shape that the test expects: what it is, expect() finds out. */
  readonly body: Body;
}

export type Caller = Role | "public" | "service";

export interface CallOptions {
  readonly as?: Caller;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const headersOf = ({ as = "staff", body, headers }: CallOptions): Headers => {
  const all = new Headers(headers);
  if (body !== undefined) all.set("content-type", "application/json");
  if (as === "service") all.set(INTERNAL_TOKEN_HEADER, INTERNAL_TOKEN);
  else if (as !== "public") all.set("authorization", `Bearer ${as}`);
  return all;
};

export interface InventoryUnderTest {
  readonly inventory: Inventory;
  readonly database: TestDatabase;
  readonly pubSub: PubSub;
  readonly bus: EventBus;
  /** What a call from inside carries. */
  readonly internalHeaders: Readonly<Record<string, string>>;
  /** Staff, unless said otherwise. */
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<Answer<Body>>;
  /** The answer as it comes, for streams. */
  open(path: string, options?: CallOptions & { readonly signal?: AbortSignal }): Promise<Response>;
  stock(sku: string, onHand: number, lowStockThreshold?: number): Promise<Answer>;
  reserve(
    orderId: string,
    lines: readonly { sku: string; quantity: number }[],
    ttlSeconds?: number | null,
  ): Promise<Answer>;
  end(orderId: string, how: "release" | "fulfil"): Promise<Answer>;
  /** Events that wait in the outbox, oldest first. */
  events(): Promise<{ type: string; subject: string; sequence: number; data: unknown; requestid?: string }[]>;
  /** Another instance on the same database and channel. */
  sibling(): Inventory;
  close(): Promise<void>;
}

/** Inventory on a database of its own and drivers in memory. It is not started: consumers and sweeps stand still. */
export const inventoryUnderTest = async (): Promise<InventoryUnderTest> => {
  const database = await testDatabase({ name: "inventory", migrations: inventoryMigrations });
  const pubSub = createMemoryPubSub();
  const bus = createMemoryEventBus();
  await bus.declare(topology);
  const create = () =>
    createInventory({
      database,
      bus,
      pubSub,
      verify,
      newId,
      ttlStore: createMemoryTtlStore(),
      limits: {
        consume: async () => ({ allowed: true, remaining: 1, resetSeconds: 1 }),
        reset: async () => undefined,
      },
      clock: systemClock,
      log: silentLogger(),
      metrics: createMetrics(),
      internalToken: INTERNAL_TOKEN,
      services: { auth: nobody, catalog: nobody, inventory: nobody, orders: nobody, notify: nobody },
      version: "0.0.0",
      config: { LOW_STOCK_THRESHOLD: 5 },
    });
  const inventory = create();

  const open: InventoryUnderTest["open"] = (path, options = {}) =>
    inventory.fetch(
      new Request(`http://inventory${path}`, {
        headers: headersOf(options),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      }),
    );
  const call = async <Body = Record<string, unknown>>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer<Body>> => {
    const response = await inventory.fetch(
      new Request(`http://inventory${path}`, {
        method,
        headers: headersOf(options),
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      }),
    );
    const text = await response.text();
    const body: Body = text === "" ? null : JSON.parse(text);
    return { status: response.status, headers: response.headers, body };
  };

  return {
    inventory,
    database,
    pubSub,
    bus,
    internalHeaders: { [INTERNAL_TOKEN_HEADER]: INTERNAL_TOKEN },
    call,
    open,
    stock: (sku, onHand, lowStockThreshold = 0) =>
      call("PUT", `/v1/stock/${encodeURIComponent(sku)}`, {
        body: { onHand, lowStockThreshold, reason: "count" },
      }),
    reserve: (orderId, lines, ttlSeconds = 900) =>
      call("PUT", `/internal/reservations/${orderId}`, { as: "service", body: { lines, ttlSeconds } }),
    end: (orderId, how) => call("POST", `/internal/reservations/${orderId}/${how}`, { as: "service" }),
    async events() {
      const { rows } = await database.db.execute<{ event: never }>(
        "select event from outbox order by position",
      );
      return rows.map((row) => row.event);
    },
    sibling: create,
    async close() {
      await inventory.stop();
      await bus.close();
      await pubSub.close();
      await database.drop();
    },
  };
};
