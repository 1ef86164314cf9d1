import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { productOf, type SearchUnderTest, searchUnderTest } from "../testing/search-under-test.ts";
import { toRow } from "./product-rows.ts";
import { product } from "./schema.ts";

let shop: SearchUnderTest;
beforeAll(async () => {
  shop = await searchUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

describe("what is searched follows the products, whoever writes them", () => {
  test("a name, a barcode, a status, a deletion", async () => {
    const [one] = await shop.put([productOf({ name: "Wumpel" })]);
    const id = one?.id ?? "";
    expect(await shop.idsOf("wumpel")).toEqual([id]);
    await shop.database.db.execute(
      sql`update product set name = 'Zargo', barcode = '0001zar' where id = ${id}`,
    );
    expect([await shop.idsOf("wumpel"), await shop.idsOf("zargo"), await shop.idsOf("0001ZAR")]).toEqual([
      [],
      [id],
      [id],
    ]);
    await shop.database.db.execute(sql`update product set status = 'draft' where id = ${id}`);
    expect([await shop.idsOf("zargo"), await shop.idsOf("zargo", { status: null })]).toEqual([[], [id]]);
    await shop.database.db.execute(sql`update product set deleted_at = now() where id = ${id}`);
    expect(await shop.idsOf("zargo", { status: null })).toEqual([]);
  });

  test("a transaction that is taken back leaves nothing", async () => {
    const made = productOf({ name: "Nevermore" });
    const broken = shop.database.transaction(async (tx) => {
      await tx.insert(product).values(toRow(made));
      throw new Error("changed my mind");
    });
    await expect(broken).rejects.toThrow("changed my mind");
    expect(await shop.idsOf("nevermore")).toEqual([]);
  });

  test("twenty who bring the same new words at once do not wait for each other in a circle", async () => {
    const names = ["Alfa brava carla", "Carla alfa brava"];
    const products = Array.from({ length: 20 }, (_, nth) => productOf({ name: `${names[nth % 2]} kwisp` }));
    await Promise.all(products.map((product) => shop.put([product])));
    expect((await shop.idsOf("brava kwisp")).toSorted()).toEqual(products.map(({ id }) => id).toSorted());
    expect(await shop.idsOf("kwsip alfa")).toHaveLength(20);
  });
});
