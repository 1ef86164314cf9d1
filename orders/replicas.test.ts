import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { ProductSnapshot } from "../shared/contracts/events.ts";
import type { ProductsPage } from "../shared/contracts/internal-api.ts";
import { productsPageSchema } from "../shared/contracts/internal-api.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import { unavailable } from "../shared/kernel/errors.ts";
import { newId } from "../shared/kernel/ids.ts";
import { createReplicaFill, type ReplicaFillOptions } from "../shared/replicas/fill.ts";
import { createOwnerPages } from "../shared/replicas/owner-pages.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { SET_UP_TIMEOUT_MS } from "../shared/testing/service-under-test.ts";
import { type SilentLogger, silentLogger } from "../shared/testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../shared/testing/test-database.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { ordersMigrations } from "./service.ts";
import { copiesOfProducts, productTable } from "./store/product-copies.ts";
import { deleteProduct, saveProducts } from "./store/product-replica.ts";
import { productSnapshot } from "./testing/snapshots.ts";

const PAGE = 2;
const QUICK = { backoff: { baseMs: 1, ceilingMs: 5 }, takenMs: 5 };

let database: TestDatabase;
let log: SilentLogger;
beforeAll(async () => {
  database = await testDatabase({ migrations: ordersMigrations, name: "orders" });
}, SET_UP_TIMEOUT_MS);
afterAll(() => database.close());
beforeEach(async () => {
  log = silentLogger();
  for (const table of ["product_replica", "replica_state", "outbox_lease"])
    await database.db.execute(sql`delete from ${sql.identifier(table)}`);
});

/** A catalog of these products, whose cursors are places in the list. */
const catalogOf = (products: readonly ProductSnapshot[]) => {
  const asked: (string | null)[] = [];
  const catalog = {
    asked,
    /** Runs before each answer; what it throws is the answer. */
    before: async (_cursor: string | null): Promise<void> => undefined,
    async page(cursor: string | null): Promise<ProductsPage> {
      asked.push(cursor);
      await catalog.before(cursor);
      const from = Number(cursor ?? 0);
      const nextCursor = from + PAGE < products.length ? String(from + PAGE) : null;
      return { items: products.slice(from, from + PAGE), gone: [], nextCursor };
    },
  };
  return catalog;
};
type FakeCatalog = ReturnType<typeof catalogOf>;

const fillFrom = (catalog: FakeCatalog, more: Partial<ReplicaFillOptions> = {}) =>
  createReplicaFill({
    ...{ database, log, ...QUICK },
    source: {
      table: productTable,
      async page(cursor) {
        const page = await catalog.page(cursor);
        return { copies: copiesOfProducts(page), nextCursor: page.nextCursor };
      },
    },
    ...more,
  });

const stateOf = async () => {
  const { rows } = await database.db.execute<{ cursor: string | null; filled: boolean }>(
    sql`select cursor, filled_at is not null as filled from replica_state where name = 'orders.products'`,
  );
  return rows[0];
};
const isFilled = () => waitFor(async () => (await stateOf())?.filled, { what: "the replica to be filled" });
const kept = async () =>
  (await productTable.keptAfter(database.db, null, 100)).map(({ key, version, fields }) => {
    return { key, version, fields };
  });
const products = (count: number) =>
  Array.from({ length: count }, (_, n) => productSnapshot(`FILL-${n}`)).sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );

describe("a replica that has never been full", () => {
  test("is filled page by page, once", async () => {
    const all = products(5);
    const catalog = catalogOf(all);
    const fill = fillFrom(catalog);
    fill.start();
    await isFilled();
    expect(await kept()).toEqual(copiesOfProducts({ items: all, gone: [] }));
    expect(catalog.asked).toEqual([null, "2", "4"]);
    await fill.stop();
    const next = fillFrom(catalog);
    next.start();
    await next.stop();
    expect(catalog.asked).toHaveLength(3);
  });

  test("is filled when the owner is back, from where it was broken off", async () => {
    const all = products(5);
    const catalog = catalogOf(all);
    const away = Promise.withResolvers<void>();
    catalog.before = async (cursor) => {
      if (cursor === null) return;
      away.resolve();
      throw unavailable("The catalog service is not answering.");
    };
    const first = fillFrom(catalog);
    first.start();
    await away.promise;
    await first.stop();
    expect(await stateOf()).toEqual({ cursor: "2", filled: false });
    expect(log.lines.filter(({ level }) => level === "warn")).toHaveLength(1);

    catalog.asked.length = 0;
    let refusals = 2;
    catalog.before = async () => {
      if (refusals-- > 0) throw unavailable("The catalog service is not answering.");
    };
    const second = fillFrom(catalog);
    second.start();
    await isFilled();
    await second.stop();
    expect(catalog.asked).toEqual(["2", "2", "2", "4"]);
    expect(await kept()).toHaveLength(5);
  });

  test("takes nothing that is older than what came as an event, and brings nobody back", async () => {
    const all = products(3);
    const [one, two, three] = all;
    if (!one || !two || !three) throw new Error("there are three");
    const catalog = catalogOf(all);
    catalog.before = async () => {
      const newer = { ...one, version: 2, name: "newer" };
      await saveProducts(database.db, [newer]);
      await deleteProduct(database.db, { id: two.id, sku: two.sku, version: 2 });
    };
    const fill = fillFrom(catalog);
    fill.start();
    await isFilled();
    await fill.stop();
    const rows = await kept();
    expect(rows.map(({ version, fields }) => [version, fields.deleted])).toEqual([
      [2, false],
      [2, true],
      [1, false],
    ]);
    expect(rows[0]?.fields).toMatchObject({ name: "newer" });
  });

  test("is filled by one of several instances, and by another when that one dies", async () => {
    const catalog = catalogOf(products(5));
    const gate = Promise.withResolvers<void>();
    catalog.before = () => gate.promise;
    const instances = [fillFrom(catalog), fillFrom(catalog), fillFrom(catalog)];
    for (const instance of instances) instance.start();
    await waitFor(() => catalog.asked.length > 0, { what: "the first page to be asked for" });
    const { rows } = await database.db.execute<{ count: number }>(
      sql`select count(*)::int as count from outbox_lease`,
    );
    expect([catalog.asked.length, rows]).toEqual([1, [{ count: 1 }]]);
    gate.resolve();
    await isFilled();
    await Promise.all(instances.map((instance) => instance.stop()));
    expect(catalog.asked).toEqual([null, "2", "4"]);

    await database.db.execute(sql`delete from replica_state`);
    // As a holder leaves it that was killed: nobody gives it back, its time passes.
    await database.db.execute(sql`
      update outbox_lease set holder = ${newId()}, until = now() + interval '200 milliseconds'`);
    const heir = fillFrom(catalog);
    heir.start();
    await isFilled();
    await heir.stop();
  });

  test("is not filled again by an instance that had looked before another was done", async () => {
    const catalog = catalogOf(products(3));
    const hasLooked = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const execute = async (statement: Parameters<typeof database.db.execute>[0]) => {
      hasLooked.resolve();
      await goOn.promise;
      return database.db.execute(statement);
    };
    // It looks by a select; to take the lease is its first other statement.
    const db = Object.assign(Object.create(database.db), { execute });
    const late = fillFrom(catalog, { database: { ...database, db } });
    late.start();
    await hasLooked.promise;
    const quick = fillFrom(catalog);
    quick.start();
    await isFilled();
    await quick.stop();
    goOn.resolve();
    // Stopping waits for what it has begun.
    await late.stop();
    expect(catalog.asked).toEqual([null, "2"]);
  });

  test("begins again when the owner does not know its cursor any more", async () => {
    const all = products(5);
    const catalog = catalogOf(all);
    await database.db.execute(
      sql`insert into replica_state (name, cursor) values ('orders.products', 'of old')`,
    );
    const pages = createOwnerPages(
      createServiceClient({
        ...{ service: "catalog", internalToken: "token", clock: systemClock },
        async fetch(request) {
          const cursor = new URL(request.url).searchParams.get("cursor");
          if (cursor === "of old") return Response.json({ code: "VALIDATION" }, { status: 422 });
          return Response.json(await catalog.page(cursor));
        },
      }),
      "/internal/products",
      productsPageSchema,
    );
    const fill = fillFrom(catalog, {
      source: {
        table: productTable,
        async page(cursor) {
          const page = await pages(cursor);
          return page && { copies: copiesOfProducts(page), nextCursor: page.nextCursor };
        },
      },
    });
    fill.start();
    await isFilled();
    await fill.stop();
    expect(catalog.asked).toEqual([null, "2", "4"]);
    expect(await kept()).toHaveLength(5);
  });
});
