import { afterAll, beforeAll, expect, test } from "bun:test";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { wordsAlike } from "./similar-words.ts";

let shop: CatalogUnderTest;
beforeAll(async () => {
  shop = await catalogUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const found = async (text: string) =>
  (await shop.get(`/v1/products?q=${text}`)).body.items.map(({ name }) => name);

test("a draft's words are never taken for a mistyped one, until it is published", async () => {
  await shop.product({ name: "Zanzibarium" });
  const draft = await shop.product({ name: "Zanzibarion", status: "draft" });
  // Nearer to the draft by two mistakes, which would be all that is looked for.
  expect(await found("zanzibarxon")).toEqual(["Zanzibarium"]);
  expect((await wordsAlike(shop.database.db, ["zanzibarxon"])).get("zanzibarxon")).toEqual(["zanzibarium"]);
  await shop.call("PATCH", `/v1/products/${draft.id}`, { as: "staff", body: { status: "active" } });
  expect(await found("zanzibarxon")).toEqual(["Zanzibarion"]);
});
