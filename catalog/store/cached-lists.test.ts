import { describe, expect, test } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { listInputOf } from "../http/product-query.ts";
import { inThisProcess } from "../stores.ts";
import { stockChange } from "../testing/catalog-under-test.ts";
import { fakeNews } from "../testing/fake-news.ts";
import { generateView } from "../testing/generate-view.ts";
import type { ListProductsInput, ProductList } from "../usecases/list-products.ts";
import { cachedLists } from "./cached-lists.ts";
import { cachedStock } from "./cached-stock.ts";
import type { CacheCounts } from "./copies.ts";

const noCounts = (): CacheCounts => ({ memory: 0, redis: 0, database: 0, joined: 0 });

/** Lists over one product, and a table of stock that takes whatever it is given. */
const shop = async () => {
  const fake = fakeNews();
  await fake.news.start();
  const stock = cachedStock({
    store: {
      apply: async () => undefined,
      cursor: async () => "0",
      level: async () => ({ available: 5, version: 1 }),
    },
    makers: inThisProcess,
    counts: noCounts(),
  });
  await stock.cursor();
  const state = { reads: 0, beforeAnswer: (): Promise<void> => Promise.resolve() };
  const view = generateView({ sku: "A" });
  const counts = noCounts();
  const lists = cachedLists({
    async list() {
      state.reads += 1;
      const list: ProductList = { items: [view], next: null, facets: null };
      await state.beforeAnswer();
      return list;
    },
    news: fake.news,
    stock,
    makers: inThisProcess,
    counts,
  });
  return { ...fake, lists, stock, counts, reads: state };
};

const asked = (query: Parameters<typeof listInputOf>[0] = {}, seesDrafts = false): ListProductsInput =>
  listInputOf(query, seesDrafts);

describe("lists in memory", () => {
  test("the same question is answered once by the database, another by itself, and staff always by the database", async () => {
    const { lists, counts } = await shop();
    for (let n = 0; n < 3; n += 1) await lists.list(asked({ limit: 20 }));
    expect(counts).toEqual({ memory: 2, redis: 0, database: 1, joined: 0 });
    await lists.list(asked());
    expect(counts).toMatchObject({ memory: 3, database: 1 });
    await lists.list(asked({ limit: 10 }));
    expect(counts).toMatchObject({ memory: 3, database: 2 });
    for (let n = 0; n < 2; n += 1) await lists.list(asked({ limit: 20 }, true));
    expect(counts).toMatchObject({ memory: 3, database: 4 });
  });

  test("a page goes with any change of a product or of the tree", async () => {
    const { lists, commit, reads } = await shop();
    await lists.list(asked());
    commit({ product: { id: "other", slug: "other", sku: "OTHER" } });
    await lists.list(asked());
    commit({ categories: true });
    await lists.list(asked());
    await lists.list(asked());
    expect(reads.reads).toBe(3);
  });

  test("a page goes when a SKU is sold out, and stays, with the stock of the moment, while it only moves", async () => {
    const { lists, stock, reads } = await shop();
    const available = async () => (await lists.list(asked())).items[0]?.stock.available;
    await stock.apply([stockChange("A", 5, 1)], "1");
    expect(await available()).toBe(5);
    await stock.apply([stockChange("A", 3, 2)], "2");
    expect([await available(), reads.reads]).toEqual([3, 1]);
    await stock.apply([stockChange("A", 0, 3)], "3");
    expect(lists.peek(asked())).toBeNull();
    await lists.list(asked());
    expect(reads.reads).toBe(2);
  });

  test("who asks after the last sale does not wait for what was asked before it, and that is not kept", async () => {
    const { lists, stock, reads, counts } = await shop();
    await stock.apply([stockChange("A", 1, 1)], "1");
    const held = Promise.withResolvers<void>();
    reads.beforeAnswer = () => held.promise;
    const before = [lists.list(asked()), lists.list(asked())];
    await waitFor(() => counts.joined === 1, { what: "the second to wait" });
    await stock.apply([stockChange("A", 0, 2)], "2");
    reads.beforeAnswer = () => Promise.resolve();
    await lists.list(asked());
    expect(reads.reads).toBe(2);
    held.resolve();
    await Promise.all(before);
    await lists.list(asked());
    expect(reads.reads).toBe(2);
  });

  test("what is being read while the catalogue changes is not kept", async () => {
    const { lists, commit, reads } = await shop();
    const held = Promise.withResolvers<void>();
    reads.beforeAnswer = () => held.promise;
    const old = lists.list(asked());
    await waitFor(() => reads.reads === 1, { what: "the load" });
    commit({ categories: true });
    held.resolve();
    await old;
    expect(lists.peek(asked())).toBeNull();
  });

  test("without the stock feed nothing is kept", async () => {
    const { news } = fakeNews();
    await news.start();
    const stock = cachedStock({
      store: {
        apply: async () => undefined,
        cursor: async () => null,
        level: async () => ({ available: 0, version: 0 }),
      },
      makers: inThisProcess,
      counts: noCounts(),
    });
    const counts = noCounts();
    const list = async (): Promise<ProductList> => ({ items: [], next: null, facets: null });
    const lists = cachedLists({ list, news, stock, makers: inThisProcess, counts });
    await lists.list(asked());
    await lists.list(asked());
    expect(counts.database).toBe(2);
  });
});
