import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { newId } from "../../shared/kernel/ids.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { type CountedOrder, newestOrders, unitsSold } from "../domain/sales.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { countSales } from "./sales-store.ts";

const PRODUCTS = 3;

let catalog: CatalogUnderTest;
let products: string[];
beforeAll(async () => {
  catalog = await catalogUnderTest();
  products = [];
  for (let n = 0; n < PRODUCTS; n++) products.push((await catalog.product()).id);
});
afterAll(() => catalog.close());

const salesNow = async (): Promise<number[]> => {
  const { rows } = await catalog.database.db.execute<{ id: string; units: number }>(
    sql`select product_id as id, units::float8 as units from product_sales`,
  );
  const units = new Map(rows.map((row) => [row.id, row.units]));
  return products.map((id) => units.get(id) ?? Number.NaN);
};

/** By how much the counts have risen since `before`. */
const soldSince = async (before: readonly number[]) =>
  (await salesNow()).map((units, i) => units - (before[i] ?? 0));

const expectedOf = (orders: readonly CountedOrder[]): number[] => {
  const sold = newestOrders(orders).map(unitsSold);
  return products.map((id) => sold.reduce((sum, units) => sum + (units[id] ?? 0), 0));
};

const countInTurn = async (batches: readonly (readonly CountedOrder[])[]) => {
  for (const batch of batches) await catalog.database.transaction((tx) => countSales(tx, batch));
};

const linesOf = (...quantities: number[]) =>
  quantities.map((quantity, i) => ({ productId: products[i] ?? "", quantity }));

/** The states of one order, version by version, each with any quantities. */
const histories = fc.array(
  fc.array(
    fc.record({
      status: fc.constantFrom("pending", "confirmed", "packed", "cancelled", "returned"),
      quantities: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: PRODUCTS }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  { minLength: 1, maxLength: 6 },
);

type Histories = typeof histories extends fc.Arbitrary<infer Value> ? Value : never;

const ordersOf = (given: Histories): CountedOrder[] =>
  given.flatMap((states) => {
    const id = newId();
    return states.map(({ status, quantities }, i) => ({
      id,
      version: i + 1,
      status,
      lines: linesOf(...quantities),
    }));
  });

/** The items in the order of the keys, cut where a key is small: any order, and any batches. */
const shuffledInBatches = <Item>(items: readonly Item[], keys: readonly number[]): Item[][] => {
  const keyed = items.map((item, i) => ({ item, key: keys[i % keys.length] ?? 0 }));
  const batches: Item[][] = [[]];
  for (const { item, key } of keyed.toSorted((a, b) => a.key - b.key)) {
    batches.at(-1)?.push(item);
    if (key % 3 === 0) batches.push([]);
  }
  return batches.filter((batch) => batch.length > 0);
};

describe("many orders counted at once", () => {
  test("any order and any division into batches, with repeats, gives the counts of the newest states", async () => {
    const keys = fc.array(fc.nat({ max: 999 }), { minLength: 24, maxLength: 48 });
    await fc.assert(
      fc.asyncProperty(histories, keys, keys, async (given, some, others) => {
        const orders = ordersOf(given);
        const before = await salesNow();
        await countInTurn(shuffledInBatches(orders, some));
        expect(await soldSince(before)).toEqual(expectedOf(orders));
        await countInTurn(shuffledInBatches(orders, others));
        expect(await soldSince(before)).toEqual(expectedOf(orders));
      }),
      { numRuns: 30 },
    );
  });

  test("one by one gives the same as all at once", async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (given) => {
        const [orders, same] = [ordersOf(given), ordersOf(given)];
        const before = await salesNow();
        await countInTurn([orders]);
        const together = await soldSince(before);
        const between = await salesNow();
        await countInTurn(same.map((order) => [order]));
        expect(await soldSince(between)).toEqual(together);
      }),
      { numRuns: 15 },
    );
  });

  test("a hundred orders take as many statements as one", async () => {
    const statementsOf = async (orders: readonly CountedOrder[]) => {
      let statements = 0;
      await catalog.database.transaction(async (tx) => {
        const counting = new Proxy(tx, {
          get(target, name, receiver) {
            if (name === "execute") statements++;
            return Reflect.get(target, name, receiver);
          },
        });
        await countSales(counting as Tx, orders);
      });
      return statements;
    };
    const order = () => ({ id: newId(), version: 2, status: "confirmed", lines: linesOf(1, 2, 3) });
    const before = await salesNow();
    expect(await statementsOf([order()])).toBe(2);
    expect(await statementsOf(Array.from({ length: 100 }, order))).toBe(2);
    expect(await soldSince(before)).toEqual([101, 202, 303]);
  });

  test("batches that name the same orders and products in opposite orders do not get in each other's way", async () => {
    const orders = Array.from({ length: 40 }, (_, n) => ({
      id: newId(),
      version: 2,
      status: "confirmed",
      lines: n % 2 === 0 ? linesOf(1, 2, 3) : linesOf(1, 2, 3).toReversed(),
    }));
    const newer = orders.map((order) => ({ ...order, version: 3, lines: order.lines.toReversed() }));
    const before = await salesNow();
    let attempts = 0;
    const batches = [orders, newer.toReversed(), orders.toReversed(), newer];
    await Promise.all(
      batches.map((batch) =>
        catalog.database.transaction((tx) => {
          attempts++;
          return countSales(tx, batch);
        }),
      ),
    );
    expect(await soldSince(before)).toEqual([40, 80, 120]);
    // A deadlock would have been repeated.
    expect(attempts).toBe(batches.length);
  });
});
