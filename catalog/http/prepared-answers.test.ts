import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import type { CategoryNode } from "../domain/category.ts";
import { generateView } from "../testing/generate-view.ts";
import type { ProductView } from "../usecases/ports.ts";
import { answerWith, createPreparedBodies, preparedText } from "./prepared-answers.ts";
import { productBody, productListBody } from "./product-bodies.ts";
import { productListSchema, productSchema } from "./schemas.ts";

const node = (name: string): CategoryNode => ({
  id: "0190a000-0000-7000-8000-000000000002",
  name,
  slug: "shelf",
  parentId: null,
  position: 0,
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  level: 0,
  path: "shelf",
});

/** Texts that would be cut in the wrong place by whoever looks for the stock in what is written. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom('"stock":', '","stock":{', '\\"stock\\":null', "ß – \u{1F600}"),
);

const views: fc.Arbitrary<ProductView> = fc
  .record({
    name: text,
    description: text,
    attributes: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 3 }),
    crumbs: fc.array(text, { maxLength: 2 }),
    available: fc.nat(),
    version: fc.nat(),
  })
  .map(({ name, description, attributes, crumbs, available, version }) =>
    generateView(
      { name, description, attributes },
      { categoryPath: crumbs.map(node), stock: { available, version } },
    ),
  );

describe("bodies as texts", () => {
  test("say what the body of a product says, whatever stands in it, also after its stock has moved", () => {
    const bodies = createPreparedBodies("USD");
    fc.assert(
      fc.property(views, fc.nat(), (view, available) => {
        for (const shown of [view, { ...view, stock: { available, version: view.stock.version + 1 } }]) {
          const said = JSON.parse(bodies.product(shown).text);
          expect(said).toEqual(JSON.parse(JSON.stringify(productBody(shown))));
          expect(Object.keys(said)).toEqual(Object.keys(productBody(shown)));
        }
      }),
    );
  });

  test("say what the body of a list says", () => {
    const bodies = createPreparedBodies("USD");
    const facets = {
      total: 2,
      approximate: false,
      inStock: 1,
      outOfStock: 1,
      minPriceMinor: 1,
      maxPriceMinor: 2,
      priceRanges: [],
      categories: [],
      attributes: [],
    };
    fc.assert(
      fc.property(fc.array(views, { maxLength: 4 }), fc.boolean(), (items, isFirst) => {
        const list = { items, next: null, facets: isFirst ? facets : null };
        const expected = productListBody(list, "cursor", "USD");
        const said = JSON.parse(bodies.list(list, "cursor").text);
        expect(said).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });

  test("are what the schemas of the routes promise", () => {
    const bodies = createPreparedBodies("USD");
    const view = generateView({}, { categoryPath: [node("Shelf")] });
    expect(Value.Check(productSchema, JSON.parse(bodies.product(view).text))).toBe(true);
    const list = bodies.list({ items: [view, view], next: null, facets: null }, null);
    expect(Value.Check(productListSchema, JSON.parse(list.text))).toBe(true);
  });

  test("follow a category that gets another name", () => {
    const bodies = createPreparedBodies("USD");
    const view = generateView({}, { categoryPath: [node("Before")] });
    bodies.product(view);
    const { text } = bodies.product({ ...view, categoryPath: [node("After")] });
    expect(JSON.parse(text).categoryPath[0].name).toBe("After");
  });

  test("have the same tag when they say the same, and another when they do not", () => {
    expect(preparedText("a")).toEqual(preparedText("a"));
    expect(preparedText("a").etag).not.toBe(preparedText("b").etag);
    expect(preparedText("a").etag).toMatch(/^"[0-9a-z]+"$/);
  });
});

describe("who has a body already", () => {
  const body = { etag: '"1-2-3"', text: "{}" };

  test.each(['"1-2-3"', 'W/"1-2-3"', '"0", "1-2-3"', "*"])("is told so by 304: %s", (sent) => {
    const { status, body: answered, etag } = answerWith(body, sent, "/");
    expect([status, answered, etag]).toEqual([304, null, body.etag]);
  });

  test.each([null, "", '"1-2-4"', '"1-2-3'])("and who has not gets it: %s", (sent) => {
    expect(answerWith(body, sent, "/")).toMatchObject({
      status: 200,
      body: "{}",
      headers: { "content-type": "application/json" },
    });
  });
});
