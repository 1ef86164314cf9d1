import type { KnownEvent } from "../../shared/contracts/events.ts";
import type { Role } from "../../shared/contracts/permissions.ts";
import {
  STOCK_CHANNEL,
  type StockChange,
  type StockChangesPage,
} from "../../shared/contracts/stock-stream.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import {
  type Answer as AnswerOf,
  inMemoryDeps,
  internalHeaders,
  readAnswer,
  requestTo,
} from "../../shared/testing/service-under-test.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import type { CategoryBody, ProductBody, ProductListBody } from "../http/schemas.ts";
import { type CatalogDeps, catalogMigrations, createCatalog } from "../service.ts";

/** Inventory as the catalog meets it: a log of changes whose positions are the cursors. */
export interface FakeInventory {
  readonly fetch: ServiceFetch;
  /** While it is away every call is refused. */
  away: boolean;
  /** The cursors that were asked for, "" where there was none. */
  readonly asked: string[];
  record(...changes: StockChange[]): void;
}

const PAGE = 2;

const isFromInside = ({ headers }: Request) =>
  Object.entries(internalHeaders).every(([name, value]) => headers.get(name) === value);

export const fakeInventory = (): FakeInventory => {
  const log: StockChange[] = [];
  const asked: string[] = [];
  const inventory: FakeInventory = {
    away: false,
    asked,
    record: (...changes) => void log.push(...changes),
    async fetch(request) {
      if (inventory.away) throw new Error("connection refused");
      const url = new URL(request.url);
      if (url.pathname !== "/internal/stock/changes") return new Response(null, { status: 404 });
      if (!isFromInside(request)) return new Response(null, { status: 401 });
      const after = url.searchParams.get("after") ?? "";
      asked.push(after);
      const from = Number(after);
      const changes = log.slice(from, from + PAGE);
      const cursor = String(from + changes.length);
      return Response.json({ changes, cursor, more: from + PAGE < log.length } satisfies StockChangesPage);
    },
  };
  return inventory;
};

export const stockChange = (sku: string, available: number, version: number, exists = true): StockChange => ({
  sku,
  onHand: available,
  reserved: 0,
  available,
  version,
  exists,
  occurredAt: "2026-01-01T12:00:00.000Z",
});

export type Answer = AnswerOf<AnswerBody>;

/** Every body that the catalog answers, seen at once: a test looks at the fields that it expects to find. */
export type AnswerBody = Omit<ProductBody & CategoryBody & ProductListBody, "items"> & {
  readonly items: (ProductBody & CategoryBody)[];
  readonly code: string;
  readonly errors: { pointer: string; message: string }[];
};

export interface RequestOptions {
  readonly as?: Role | "service";
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const requestAs = (method: string, path: string, { as, body, headers }: RequestOptions): Request =>
  requestTo(`http://catalog${path}`, method, {
    body,
    headers: as === "service" ? { ...headers, ...internalHeaders } : headers,
    token: as === "service" ? undefined : as,
  });

let numbers = 0;

/** A product that nobody else has; what is given replaces what is made up. */
export const aProduct = (fields: Record<string, unknown> = {}) => {
  numbers += 1;
  const price = { amountMinor: 1299, currency: "USD" };
  return { sku: `SKU-${numbers}`, name: `Product ${numbers}`, price, ...fields };
};

/** A catalog over a database of its own and drivers in memory. Start it where the background matters; always `close` it. */
export const catalogUnderTest = async (overrides: Partial<CatalogDeps> = {}) => {
  const database =
    overrides.database ?? (await testDatabase({ name: "catalog", migrations: catalogMigrations }));
  const given = await inMemoryDeps();
  const inventory = fakeInventory();
  const clock = fakeClock();
  const deps = {
    ...given,
    database,
    clock,
    services: { ...given.services, inventory: inventory.fetch },
    config: { CURRENCY: "USD", CATALOG_CACHE_TTL_SECONDS: 300 },
    ...overrides,
  } satisfies CatalogDeps;
  const { bus, pubSub } = deps;
  const { log } = given;
  const service = createCatalog(deps);

  const call = async (method: string, path: string, options: RequestOptions = {}): Promise<Answer> =>
    readAnswer(await service.fetch(requestAs(method, path, options)));

  return {
    service,
    database,
    bus,
    pubSub,
    inventory,
    clock,
    log,
    metrics: deps.metrics,
    call,
    get: (path: string, options?: RequestOptions) => call("GET", path, options),
    /** Creates a product as staff does and answers it. */
    async product(fields: Record<string, unknown> = {}) {
      const { status, body } = await call("POST", "/v1/products", { as: "staff", body: aProduct(fields) });
      if (status !== 201) throw new Error(`no product was created: ${JSON.stringify(body)}`);
      return body;
    },
    async category(name: string, parentId: string | null = null) {
      const { status, body } = await call("POST", "/v1/categories", {
        as: "staff",
        body: { name, parentId },
      });
      if (status !== 201) throw new Error(`no category was created: ${JSON.stringify(body)}`);
      return body;
    },
    /** Tells of stock over the channel, as inventory does after a commit. */
    say: (...changes: StockChange[]) => pubSub.publish(STOCK_CHANNEL, JSON.stringify({ changes })),
    /** The events in the outbox, oldest first. */
    async events(): Promise<KnownEvent[]> {
      const { rows } = await database.db.execute<{ event: KnownEvent }>(
        "select event from outbox order by position",
      );
      return rows.map(({ event }) => event);
    },
    async close() {
      await service.stop();
      await database.close();
    },
  };
};

export type CatalogUnderTest = Awaited<ReturnType<typeof catalogUnderTest>>;
