import { sql } from "drizzle-orm";
import { createStockStore } from "../../inventory/store/stock-store.ts";
import { inventoryUnderTest } from "../../inventory/testing/inventory-under-test.ts";
import { expireReservations } from "../../inventory/usecases/expire-reservations.ts";
import { createOrders, ordersMigrations } from "../../orders/service.ts";
import { productSnapshot, userSnapshot } from "../../orders/testing/snapshots.ts";
import type { ProductSnapshot } from "../../shared/contracts/events.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import { newId } from "../../shared/kernel/ids.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import type { Service } from "../../shared/runtime/service.ts";
import { inMemoryDeps } from "../../shared/testing/service-under-test.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import type { Trouble } from "./progress.ts";
import { createSweeper } from "./sweeper.ts";

/** The way from orders to inventory, on which asks and answers get lost. */
export interface Wire {
  readonly fetch: ServiceFetch;
  /** What goes wrong from now on; null for nothing. */
  trouble(trouble: Trouble | null): void;
  /** Asks that nobody waits for any longer arrive, the oldest first. */
  deliverLate(): Promise<void>;
}

/**
 * What a proxy would say in inventory's stead: no answer to what was asked. Unlike a broken connection it is not repeated
 * by the client itself, and costs no time.
 */
const noAnswer = () => new Response("nobody is here", { status: 404 });

const createWire = (instances: readonly Service[]): Wire => {
  let trouble: Trouble | null = null;
  let asks = 0;
  let turns = 0;
  const late: Request[] = [];
  const arrive = (request: Request): Promise<Response> => {
    turns += 1;
    const instance = instances[turns % instances.length];
    return instance === undefined ? Promise.reject(new Error("no instance")) : instance.fetch(request);
  };
  /** Without the signal of whoever has stopped waiting. */
  const copyOf = async (request: Request) =>
    new Request(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.method === "PUT" ? { body: await request.text() } : {}),
    });
  return {
    async fetch(request) {
      const fault = trouble?.nth === asks ? trouble.fault : null;
      asks += 1;
      if (fault === null) return arrive(request);
      if (fault === "late") late.push(await copyOf(request));
      if (fault === "after") await (await arrive(request)).body?.cancel();
      return noAnswer();
    },
    trouble(next) {
      trouble = next;
      asks = 0;
    },
    async deliverLate() {
      for (const request of late.splice(0)) await (await arrive(request)).body?.cancel();
    },
  };
};

const json = (body: object) => new Response(JSON.stringify(body));

/** Everything is on sale, for the same price each. */
const catalog = (): ServiceFetch => {
  const products = new Map<string, ProductSnapshot>();
  return async (request) => {
    const items = new URL(request.url).searchParams.getAll("sku").map((sku) => {
      const product = products.get(sku) ?? productSnapshot(sku);
      products.set(sku, product);
      return product;
    });
    return json({ items });
  };
};

const auth: ServiceFetch = async (request) =>
  json(userSnapshot(new URL(request.url).pathname.split("/").at(-1) ?? ""));

/** More passes than any order needs, a payment that hangs included. */
const PASSES_MAX = 8;

/** Two orders and two inventory instances, each two on a database of their own, joined by a wire. Nothing runs by itself. */
export const openOrderDesk = async () => {
  const inventory = await inventoryUnderTest();
  const database = await testDatabase({ name: "orders", migrations: ordersMigrations });
  const deps = await inMemoryDeps();
  const wire = createWire([inventory.inventory, inventory.sibling()]);
  const sells = catalog();
  const createInstance = () =>
    createOrders({
      ...deps,
      database,
      clock: systemClock,
      metrics: createMetrics(),
      services: { ...deps.services, auth, catalog: sells, inventory: wire.fetch },
      config: { CURRENCY: "USD", OUTBOX_MAX_UNSENT: 1_000_000 },
    });
  const instances = [createInstance(), createInstance()] as const;
  // An instance that is stopping gives up on a payment at once: so one that hangs costs no time.
  await Promise.all(instances.map((instance) => instance.stop()));

  const { internalToken, log } = deps;
  const sweep = createSweeper({ database, inventory: wire.fetch, internalToken, log });
  const unfinished = async (): Promise<number> => {
    const { rows } = await database.db.execute<{ n: number }>(
      sql`select count(*)::int as n from saga where finished_at is null`,
    );
    return rows[0]?.n ?? 0;
  };
  /** Sweeps until no saga is left unfinished; answers how many are after all. */
  const settle = async (): Promise<number> => {
    wire.trouble(null);
    for (let pass = 0; pass < PASSES_MAX && (await unfinished()) > 0; pass += 1) {
      await database.db.execute(sql`update saga set next_at = now() where finished_at is null`);
      await sweep();
    }
    return unfinished();
  };
  const holds = createStockStore({ database: inventory.database, announce: () => undefined });
  let turns = 0;
  return {
    inventory,
    database,
    wire,
    settle,
    /** Ends the holds whose time has passed. */
    sweepHolds: expireReservations({ stock: holds }),
    /** To one of the instances, each in its turn. */
    fetch(request: Request): Promise<Response> {
      turns += 1;
      return (turns % 2 === 0 ? instances[0] : instances[1]).fetch(request);
    },
    people: { ann: `customer.${newId()}`, bob: `customer.${newId()}`, staff: `admin.${newId()}` },
    async close() {
      await inventory.close();
      await database.drop();
    },
  };
};

export type OrderDesk = Awaited<ReturnType<typeof openOrderDesk>>;
