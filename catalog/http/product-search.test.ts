import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { newId } from "../../shared/kernel/ids.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { newProduct } from "../domain/product.ts";
import { searchName } from "../domain/search-text.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { insertProducts, type StockedProduct } from "../testing/insert-products.ts";

// Whether a search finds what somebody who typed it would want, over the products of a real shop and some in other languages. What
// is expected was written down before any answer was looked at; see catalog/testing/README.md.

/** Mean of one through the place of the first expected product, over all queries that expect one. */
const MEAN_RECIPROCAL_RANK = 0.95;
const PLACES = 20;
const QUERIES_TIMEOUT_MS = 30_000;

const testing = join(import.meta.dir, "..", "testing");

const readTable = async (name: string): Promise<Record<string, string>[]> =>
  parse(await Bun.file(join(testing, name)).text(), { columns: true });

const readProducts = async (name: string): Promise<StockedProduct[]> =>
  (await readTable(name)).map(({ code = "", name = "", price = "" }) => {
    const fields = {
      sku: code,
      name,
      description: "",
      barcode: null,
      categoryId: null,
      images: [],
      attributes: {},
    };
    const amountMinor = Math.round(Number(price) * 100);
    const all = { ...fields, price: { amountMinor, currency: "USD" }, status: "active" as const };
    const product = newProduct(all, { id: newId(), slug: `p-${code.toLowerCase()}`, now: new Date() });
    return { product, sold: 0, available: null };
  });

interface Query {
  readonly text: string;
  /** Codes; or, after a tilde, words that the name has. None: nothing is to be found. */
  readonly expected: readonly string[];
}

const readQueries = async (): Promise<Query[]> =>
  (await readTable("search-queries.csv")).map(({ query = "", expected = "" }) => ({
    text: query,
    expected: expected === "-" ? [] : expected.split("|"),
  }));

const isExpected = (expected: readonly string[], { sku, name }: { sku: string; name: string }): boolean =>
  expected.some((one) =>
    one.startsWith("~") ? ` ${searchName(name)} `.includes(` ${searchName(one)} `) : one === sku,
  );

let catalog: CatalogUnderTest;
let queries: Query[];

beforeAll(async () => {
  catalog = await catalogUnderTest();
  queries = await readQueries();
  const products = [
    ...(await readProducts("retail-products.csv")),
    ...(await readProducts("other-products.csv")),
  ];
  await insertProducts(catalog.database.db, products);
}, SET_UP_TIMEOUT_MS);
afterAll(() => catalog.close());

const found = async (text: string) => {
  const { status, body } = await catalog.get(`/v1/products?limit=${PLACES}&q=${encodeURIComponent(text)}`);
  expect([text, status]).toEqual([text, 200]);
  return body.items;
};

describe("searching the products of a shop", () => {
  test(
    "what is meant stands at the top",
    async () => {
      const ranks: { text: string; place: number; first: string | null; reciprocal: number }[] = [];
      for (const { text, expected } of queries.filter((query) => query.expected.length > 0)) {
        const items = await found(text);
        const place = items.findIndex((item) => isExpected(expected, item)) + 1;
        ranks.push({ text, place, first: items[0]?.name ?? null, reciprocal: place === 0 ? 0 : 1 / place });
      }
      const missed = ranks.filter(({ place }) => place !== 1);
      const mean = ranks.reduce((sum, { reciprocal }) => sum + reciprocal, 0) / ranks.length;
      if (mean < MEAN_RECIPROCAL_RANK) console.error(missed);
      expect(ranks.length).toBeGreaterThan(60);
      expect(mean).toBeGreaterThanOrEqual(MEAN_RECIPROCAL_RANK);
    },
    QUERIES_TIMEOUT_MS,
  );

  test(
    "nonsense finds nothing",
    async () => {
      for (const { text } of queries.filter(({ expected }) => expected.length === 0)) {
        expect([text, (await found(text)).map(({ name }) => name)]).toEqual([text, []]);
      }
    },
    QUERIES_TIMEOUT_MS,
  );
});
