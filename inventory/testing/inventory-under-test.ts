import type { Role } from "../../shared/contracts/permissions.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import type { EventBus } from "../../shared/ports/event-bus.ts";
import type { PubSub } from "../../shared/ports/pub-sub.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import {
  type Answer as AnswerOf,
  inMemoryDeps,
  internalHeaders,
  readAnswer,
  requestTo,
} from "../../shared/testing/service-under-test.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { createInventory, type Inventory, inventoryMigrations } from "../service.ts";
import { type ReservationClient, reservationClient } from "./reservation-client.ts";

export { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";

export type Answer<Body = Record<string, unknown>> = AnswerOf<Body>;

export type Caller = Role | "public" | "service";

export interface CallOptions {
  readonly as?: Caller;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Staff, unless said otherwise. */
const requestAs = (
  method: string,
  path: string,
  { as = "staff", headers, ...rest }: CallOptions & { readonly signal?: AbortSignal },
): Request =>
  requestTo(`http://inventory${path}`, method, {
    ...rest,
    headers: as === "service" ? { ...headers, ...internalHeaders } : headers,
    token: as === "service" || as === "public" ? undefined : as,
  });

export interface InventoryUnderTest extends ReservationClient {
  readonly inventory: Inventory;
  readonly database: TestDatabase;
  readonly pubSub: PubSub;
  readonly bus: EventBus;
  /** Staff, unless said otherwise. */
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<Answer<Body>>;
  /** The answer as it comes, for streams. */
  open(path: string, options?: CallOptions & { readonly signal?: AbortSignal }): Promise<Response>;
  stock(sku: string, onHand: number, lowStockThreshold?: number): Promise<Answer>;
  /** Events that wait in the outbox, oldest first. */
  events(): Promise<{ type: string; subject: string; sequence: number; data: unknown; requestid?: string }[]>;
  /** Another instance on the same database and channel. */
  sibling(): Inventory;
  close(): Promise<void>;
}

/** Inventory on a database of its own and drivers in memory. It is not started: consumers and sweeps stand still. */
export const inventoryUnderTest = async (): Promise<InventoryUnderTest> => {
  const database = await testDatabase({ name: "inventory", migrations: inventoryMigrations });
  const deps = await inMemoryDeps();
  const { bus, pubSub } = deps;
  const create = () =>
    createInventory({
      ...deps,
      database,
      clock: systemClock,
      metrics: createMetrics(),
      config: { LOW_STOCK_THRESHOLD: 5 },
    });
  const inventory = create();

  const open: InventoryUnderTest["open"] = (path, options = {}) =>
    inventory.fetch(requestAs("GET", path, options));
  const call = async <Body = Record<string, unknown>>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer<Body>> => readAnswer(await inventory.fetch(requestAs(method, path, options)));

  return {
    inventory,
    database,
    pubSub,
    bus,
    call,
    open,
    stock: (sku, onHand, lowStockThreshold = 0) =>
      call("PUT", `/v1/stock/${encodeURIComponent(sku)}`, {
        body: { onHand, lowStockThreshold, reason: "count" },
      }),
    ...reservationClient(inventory),
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
