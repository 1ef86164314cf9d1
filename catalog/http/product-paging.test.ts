// "Paging through 10,000 products while others are created, changed and deleted: every product that existed throughout is seen
// exactly once." A product is sorted by one of its values: where that very value changes meanwhile, its place does, and it may be met
// again or not at all. Whatever else happens to it, it is met once.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { newProduct, type Product } from "../domain/product.ts";
import { countSales } from "../store/sales-store.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { insertProducts } from "../testing/insert-products.ts";
import { productSorts } from "../usecases/ports.ts";

const PRODUCTS = 10_000;
/** Of each kind of change; more than there are changes of that kind. */
const VICTIMS = 200;
const SHELF_SHARE = 10;
const PAGE = 100;
const WALK_TIMEOUT_MS = 120_000;

/** Few different values, so that the id has to decide between many equals. */
const names = [
  ...["Lamp", "lamp", "Lamp shade", "Lampion", "Desk lamp", "A lamp for a desk", "Lamp Ünder glass"],
  ...[
    "Zebra lamp",
    "Lamp \u{1F4A1}",
    'Lamp "old"',
    "Oil lamp",
    "Lamp oil",
    "Lamp oil lamp",
    "Stehlampe lamp",
  ],
];
/** The word of some names, and of the description of many other products. */
const RARE = /desk/i;
const RARE_SHARE = 3;
const PRICES = 25;
const SALES = 12;
const MOMENTS = 60;
const BEGUN_AT_MS = Date.UTC(2026, 0, 1);

const kinds = ["renamed", "repriced", "sold", "moved", "deleted"] as const;
type Kind = (typeof kinds)[number];

/** What a product can be sorted by without being moved by a change of this kind. */
const harmlessTo: Readonly<Record<(typeof productSorts)[number], readonly Kind[]>> = {
  newest: ["renamed", "repriced", "sold", "moved"],
  name: ["repriced", "sold", "moved"],
  price: ["renamed", "sold", "moved"],
  "-price": ["renamed", "sold", "moved"],
  popular: ["renamed", "repriced", "moved"],
  relevance: ["repriced", "moved"],
};

interface Stage {
  readonly catalog: CatalogUnderTest;
  readonly shelf: string;
  readonly elsewhere: string;
  readonly still: readonly Product[];
  readonly victims: Readonly<Record<Kind, readonly Product[]>>;
}

const productOf = (nth: number, categoryId: string): Product =>
  newProduct(
    {
      sku: `LMP-${nth}`,
      name: names[nth % names.length] ?? "Lamp",
      description: nth % RARE_SHARE === 0 ? "Good beside a desk." : "",
      barcode: null,
      price: { amountMinor: (nth * 7) % PRICES, currency: "USD" },
      categoryId,
      images: [],
      attributes: {},
      status: "active",
    },
    { id: newId(), slug: `lmp-${nth}`, now: new Date(BEGUN_AT_MS + ((nth * 13) % MOMENTS)) },
  );

const setStage = async (): Promise<Stage> => {
  const catalog = await catalogUnderTest();
  const lighting = await catalog.category("Lighting");
  const shelf = await catalog.category("Shelf", lighting.id);
  const elsewhere = await catalog.category("Elsewhere");
  const count = PRODUCTS + kinds.length * VICTIMS;
  const all = Array.from({ length: count }, (_, nth) =>
    productOf(nth, nth % SHELF_SHARE === 0 ? shelf.id : elsewhere.id),
  );
  await insertProducts(
    catalog.database.db,
    all.map((product, nth) => ({ product, sold: nth % SALES, available: nth % 3 === 0 ? 0 : nth })),
  );
  const victims = (at: number) => all.slice(PRODUCTS + at * VICTIMS, PRODUCTS + (at + 1) * VICTIMS);
  return {
    catalog,
    shelf: lighting.id,
    elsewhere: elsewhere.id,
    still: all.slice(0, PRODUCTS),
    victims: {
      renamed: victims(0),
      repriced: victims(1),
      sold: victims(2),
      moved: victims(3),
      deleted: victims(4),
    },
  };
};

let stage: Stage;
let changes: ReturnType<typeof createChanges>;
beforeAll(async () => {
  stage = await setStage();
  changes = createChanges(stage);
}, SET_UP_TIMEOUT_MS);
afterAll(() => stage.catalog.close());

const staff = { as: "staff" } as const;

/** Makes the nth change of a kind. */
type Change = (nth: number) => Promise<unknown>;

const changesOf = ({
  catalog,
  shelf,
  elsewhere,
  victims,
}: Stage): Readonly<Record<Kind | "created", Change>> => {
  const victim = (kind: Kind, nth: number): Product => {
    const product = victims[kind][nth % VICTIMS];
    if (product === undefined) throw new Error("there is nobody to change");
    return product;
  };
  const priceOf = (amountMinor: number) => ({ amountMinor, currency: "USD" });
  const patch = async ({ id }: Product, body: unknown) => {
    const { status } = await catalog.call("PATCH", `/v1/products/${id}`, { ...staff, body });
    expect(status).toBe(200);
  };
  const sell = ({ id }: Product, quantity: number) =>
    catalog.database.transaction((tx) =>
      countSales(tx, [
        { id: newId(), version: 1, status: "confirmed", lines: [{ productId: id, quantity }] },
      ]),
    );
  return {
    renamed: (nth) => patch(victim("renamed", nth), { name: names[(nth * 5) % names.length] }),
    repriced: (nth) => patch(victim("repriced", nth), { price: priceOf((nth * 11) % PRICES) }),
    moved: (nth) => patch(victim("moved", nth), { categoryId: nth % 2 === 0 ? shelf : elsewhere }),
    sold: (nth) => sell(victim("sold", nth), 1 + (nth % 9)),
    deleted: async (nth) => {
      const { status } = await catalog.call("DELETE", `/v1/products/${victim("deleted", nth).id}`, staff);
      expect(status).toBe(204);
    },
    created: (nth) =>
      catalog.product({
        name: names[nth % names.length],
        price: priceOf(nth % PRICES),
        categoryId: elsewhere,
      }),
  };
};

/** One change after the other, each of the next kind, and how many there were of each. */
const createChanges = (stage: Stage) => {
  const changes = changesOf(stage);
  const done = { renamed: 0, repriced: 0, sold: 0, moved: 0, deleted: 0, created: 0 };
  const order = [...kinds, "created"] as const;
  let turn = 0;
  const next = async (): Promise<void> => {
    const kind = order[turn++ % order.length] ?? "created";
    await changes[kind](done[kind]++);
  };
  return { done, next };
};

/** How often each product is met on all pages, while each page is read together with a change. */
const walk = async (path: string, change: () => Promise<void>): Promise<Map<string, number>> => {
  const met = new Map<string, number>();
  for (let cursor: string | null = ""; cursor !== null; ) {
    const address: string = `${path}&limit=${PAGE}&cursor=${cursor}`;
    const [{ status, body }] = await Promise.all([stage.catalog.get(address), change()]);
    expect(status).toBe(200);
    for (const { id } of body.items) met.set(id, (met.get(id) ?? 0) + 1);
    cursor = body.nextCursor;
  }
  return met;
};

/** Those that were not met exactly once, by how often they were. */
const missed = (met: ReadonlyMap<string, number>, products: readonly Product[]): [string, number][] =>
  products.filter(({ id }) => met.get(id) !== 1).map(({ sku, id }) => [sku, met.get(id) ?? 0]);

const pathOf = (sort: string) => `/v1/products?sort=${sort}${sort === "relevance" ? "&q=lamp" : ""}`;

describe("paging through 10,000 products while others are created, changed and deleted", () => {
  test.each(productSorts.map((sort) => [sort]))(
    "by %s every product that was there throughout is met exactly once",
    async (sort) => {
      const { still, victims } = stage;
      const before = { ...changes.done };
      const met = await walk(pathOf(sort), changes.next);
      expect(missed(met, still)).toEqual([]);
      for (const kind of harmlessTo[sort]) expect([kind, missed(met, victims[kind])]).toEqual([kind, []]);
      for (const { id } of victims.deleted) expect(met.get(id) ?? 0).toBeLessThanOrEqual(1);
      for (const kind of [...kinds, "created"] as const)
        expect(changes.done[kind] - before[kind]).toBeGreaterThan(10);
    },
    WALK_TIMEOUT_MS,
  );

  test(
    "by relevance where the text stands in few names and in many descriptions",
    async () => {
      const met = await walk("/v1/products?q=desk", changes.next);
      const found = stage.still.filter(({ name, description }) => RARE.test(name) || RARE.test(description));
      expect(missed(met, found)).toEqual([]);
    },
    WALK_TIMEOUT_MS,
  );

  test(
    "within a category and those below it too, by every order at once",
    async () => {
      const { still, shelf } = stage;
      const inside = still.filter((_, nth) => nth % SHELF_SHARE === 0);
      await Promise.all(
        productSorts.map(async (sort) => {
          const met = await walk(`${pathOf(sort)}&category=${shelf}`, changes.next);
          expect([sort, missed(met, inside)]).toEqual([sort, []]);
          const strangers = still.filter(
            ({ id, categoryId }) => met.has(id) && categoryId === stage.elsewhere,
          );
          expect(strangers).toEqual([]);
        }),
      );
    },
    WALK_TIMEOUT_MS,
  );
});
