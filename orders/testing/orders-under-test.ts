import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import type { ProductSnapshot, UserSnapshot } from "../../shared/contracts/events.ts";
import type { Role } from "../../shared/contracts/permissions.ts";
import type { createMemoryEventBus } from "../../shared/drivers/memory-event-bus.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import { newId } from "../../shared/kernel/ids.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import type { Service } from "../../shared/runtime/service.ts";
import {
  type Answer as AnswerOf,
  inMemoryDeps,
  readAnswer,
  requestTo,
} from "../../shared/testing/service-under-test.ts";
import type { SilentLogger } from "../../shared/testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import type { OrdersConfig } from "../config.ts";
import { createOrders, ordersMigrations } from "../service.ts";
import { type FakeInventory, fakeInventory } from "./fake-inventory.ts";
import { immortal, type Life } from "./mortal-life.ts";
import { productSnapshot, userSnapshot } from "./snapshots.ts";

export { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";

export interface Person {
  readonly id: string;
  readonly token: string;
}

interface AnswerLine {
  readonly id: string;
  readonly quantity: number;
  readonly index: number;
  readonly sku: string;
  readonly available: number;
}

/** Whatever an answer may hold, order or problem or page: which it is, the test checks by the status. */
export interface AnswerBody {
  readonly id: string;
  readonly number: string;
  readonly userId: string;
  readonly status: unknown;
  readonly version: number;
  readonly lines: readonly AnswerLine[];
  readonly total: unknown;
  readonly code: string;
  readonly orderId: string;
  readonly shortages: unknown;
  readonly errors: readonly { readonly pointer: string }[];
  readonly items: readonly AnswerBody[];
  readonly nextCursor: string | null;
  readonly what: string;
  readonly actor: unknown;
  readonly cause: string | null;
  readonly payment: unknown;
  readonly detail: string;
}

export type Answer = AnswerOf<AnswerBody>;

export interface CallOptions {
  readonly as?: Person;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const json = (body: object) => new Response(JSON.stringify(body));

/** The answer of an owner that had nothing when the service was started for the first time. */
const emptyPage = () => json({ items: [], gone: [], nextCursor: null });

/** The catalog's lookup over these products. */
const fakeCatalog =
  (products: readonly ProductSnapshot[]): ServiceFetch =>
  async (request) => {
    const { searchParams, pathname } = new URL(request.url);
    if (pathname === "/internal/products") return emptyPage();
    const [skus, ids] = [searchParams.getAll("sku"), searchParams.getAll("id")];
    return json({ items: products.filter(({ sku, id }) => skus.includes(sku) || ids.includes(id)) });
  };

/** auth's users: everybody is known unless said otherwise. */
const fakeAuth =
  (users: ReadonlyMap<string, UserSnapshot | null>): ServiceFetch =>
  async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/internal/users") return emptyPage();
    const id = pathname.split("/").at(-1) ?? "";
    const user = users.get(id);
    return user === null ? new Response("{}", { status: 404 }) : json(user ?? userSnapshot(id));
  };

export interface OrdersUnderTest {
  readonly service: Service;
  readonly database: TestDatabase;
  readonly inventory: FakeInventory;
  readonly products: ProductSnapshot[];
  readonly users: Map<string, UserSnapshot | null>;
  readonly bus: ReturnType<typeof createMemoryEventBus>;
  readonly log: SilentLogger;
  person(role?: Role): Person;
  /** A product that is sold, with so many in stock. */
  sell(sku: string, quantity: number, more?: Partial<ProductSnapshot>): ProductSnapshot;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** The same, to one of several instances. */
  callAt(service: Service, method: string, path: string, options?: CallOptions): Promise<Answer>;
  place(as: Person, lines: object[], headers?: Record<string, string>): Promise<Answer>;
  /** Another instance over the same database and the same other services. It is stopped at the end. */
  anotherInstance(life?: Life): Service;
  /** Lets the lease of every unfinished saga pass. */
  makeSagasDue(): Promise<void>;
  /** Events in the outbox about an order, oldest first. */
  eventsOf(orderId: string): Promise<EventEnvelope[]>;
  sagaOf(orderId: string): Promise<{ step: string; attempts: number; finished: boolean }>;
  close(): Promise<void>;
}

/** What a test wants to know or to bring about that no route tells or does. */
const questionsTo = (
  database: TestDatabase,
): Pick<OrdersUnderTest, "makeSagasDue" | "eventsOf" | "sagaOf"> => ({
  async makeSagasDue() {
    await database.db.execute(sql`update saga set next_at = now() where finished_at is null`);
  },
  async eventsOf(orderId) {
    const { rows } = await database.db.execute<{ event: EventEnvelope }>(
      sql`select event from outbox where aggregate = ${orderId} order by position`,
    );
    return rows.map(({ event }) => event);
  },
  async sagaOf(orderId) {
    const { rows } = await database.db.execute<{ step: string; attempts: number; finished: boolean }>(
      sql`select step, attempts, finished_at is not null as finished from saga where order_id = ${orderId}`,
    );
    return rows[0] ?? { step: "none", attempts: 0, finished: false };
  },
});

/** The orders service over a database of its own, with the other services played by fakes. */
export const ordersUnderTest = async (config: Partial<OrdersConfig> = {}): Promise<OrdersUnderTest> => {
  const database = await testDatabase({ migrations: ordersMigrations, name: "orders" });
  const deps = await inMemoryDeps();
  const { bus, log } = deps;
  const inventory = fakeInventory();
  const products: ProductSnapshot[] = [];
  const users = new Map<string, UserSnapshot | null>();
  const instances: Service[] = [];

  const anotherInstance = (life: Life = immortal): Service => {
    const service = createOrders({
      ...deps,
      database: { ...database, transaction: (work) => life.step(() => database.transaction(work)) },
      clock: systemClock,
      metrics: createMetrics(),
      services: {
        ...deps.services,
        auth: fakeAuth(users),
        catalog: fakeCatalog(products),
        inventory: (request) => life.step(() => inventory.fetch(request)),
      },
      config: { CURRENCY: "USD", OUTBOX_MAX_UNSENT: 1_000_000, ...config },
    });
    instances.push(service);
    return service;
  };
  const service = anotherInstance();

  const callAt: OrdersUnderTest["callAt"] = async (instance, method, path, { as, ...options } = {}) =>
    readAnswer(
      await instance.fetch(requestTo(`http://orders${path}`, method, { ...options, token: as?.token })),
    );

  const call: OrdersUnderTest["call"] = (...args) => callAt(service, ...args);

  return {
    ...questionsTo(database),
    ...{ service, callAt, database, inventory, products, users, bus, log, call, anotherInstance },
    person(role = "customer") {
      const id = newId();
      return { id, token: `${role}.${id}` };
    },
    sell(sku, quantity, more) {
      const product = productSnapshot(sku, more);
      products.push(product);
      inventory.stock(sku, quantity);
      return product;
    },
    place: (as, lines, headers = {}) => call("POST", "/v1/orders", { as, body: { lines }, headers }),
    async close() {
      for (const instance of instances) await instance.stop();
      await database.drop();
    },
  };
};
