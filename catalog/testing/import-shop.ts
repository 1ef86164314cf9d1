import type { ImportProgress } from "../usecases/import-ports.ts";
import { type CatalogUnderTest, catalogUnderTest } from "./catalog-under-test.ts";
import { type ImportCallOptions, sendImport } from "./import-call.ts";

export const importHeader = "sku,name,price";

/** Rows of products whose SKUs begin with the run's name, which nobody else has. */
export const importRows = (run: string, from: number, to: number, price = "1.00"): string =>
  Array.from({ length: to - from }, (_, i) => `${run}-${from + i},${run} ${from + i},${price}\n`).join("");

/** The same as a whole file. */
export const importFile = (run: string, count: number, price?: string): string =>
  `${importHeader}\n${importRows(run, 0, count, price)}`;

/** What an import says of itself, as it is answered. */
export type ProgressBody = Omit<ImportProgress, "startedAt"> & {
  readonly report: { readonly errors: unknown[]; readonly created: number } | null;
};

/** Two instances of the catalog on one database, started, and what imports have done to it. */
export const openImportShop = async () => {
  const shop: CatalogUnderTest = await catalogUnderTest();
  const { database, pubSub } = shop;
  const other = await catalogUnderTest({ database: { ...database, close: async () => undefined }, pubSub });
  await Promise.all([shop.service.start(), other.service.start()]);
  const { db } = database;
  return {
    shop,
    other,
    send: (body: BodyInit | ReadableStream<Uint8Array>, options: ImportCallOptions = {}) =>
      sendImport(shop, body, options),
    progressOf: async (id: string): Promise<ProgressBody> =>
      (await shop.get(`/v1/products/imports/${id}`, { as: "staff" })).body as unknown as ProgressBody,
    async totalOf(run: string) {
      const { rows } = await db.execute<{ products: number; versions: number; prices: number }>(
        `select count(*)::int as products, coalesce(sum(version), 0)::int as versions,
           coalesce(sum(price_minor), 0)::int as prices
         from product where sku like '${run}-%' and deleted_at is null`,
      );
      return rows[0] ?? { products: 0, versions: 0, prices: 0 };
    },
    async eventsOf(run: string): Promise<number> {
      const { rows } = await db.execute<{ n: number }>(
        `select count(*)::int as n from outbox where event->'data'->'product'->>'sku' like '${run}-%'`,
      );
      return rows[0]?.n ?? 0;
    },
    async close() {
      await other.close();
      await shop.close();
    },
  };
};

export type ImportShop = Awaited<ReturnType<typeof openImportShop>>;
