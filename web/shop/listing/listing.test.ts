import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  attributeLabel,
  filterCount,
  type Listing,
  listingOf,
  paramsOf,
  sorts,
  withoutFilters,
  withToggled,
} from "./listing.ts";

const plain: Listing = listingOf(new URLSearchParams());
const listings = fc.record({
  words: fc.stringMatching(/^[a-z &=%+]{0,30}$/),
  sort: fc.option(fc.constantFrom(...sorts)),
  inStock: fc.boolean(),
  minPrice: fc.option(fc.nat()),
  maxPrice: fc.option(fc.nat()),
  attributes: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}:[a-z ,\\&]{1,8}$/), { maxLength: 5 }),
});

describe("what is looked for", () => {
  test("comes back from the address as it was", () => {
    fc.assert(
      fc.property(listings, (listing) => {
        expect(listingOf(new URLSearchParams(paramsOf(listing).toString()))).toEqual(listing);
      }),
    );
  });

  test("is plain in an address that says nothing, or nonsense", () => {
    expect(paramsOf(plain).toString()).toBe("");
    expect(
      listingOf(new URLSearchParams("sort=worst&minPrice=-1&maxPrice=1e99&inStock=perhaps&attribute=")),
    ).toEqual(plain);
    expect(listingOf(new URLSearchParams({ q: `a\u0000b${"x".repeat(300)}` })).words).toHaveLength(200);
  });

  test("has filters that are counted, set and taken away", () => {
    const blue = withToggled({ ...plain, words: "mug", minPrice: 0, maxPrice: 9 }, "colour:blue");
    expect(filterCount(blue)).toBe(2);
    expect(withToggled(blue, "colour:blue").attributes).toEqual([]);
    expect(withoutFilters(blue)).toEqual({ ...plain, words: "mug" });
  });
});

test("names of attributes are written for people", () => {
  expect(["heightCm", "dishwasherSafe", "wash_at", "size", "A5Size"].map(attributeLabel)).toEqual([
    ...["height cm", "dishwasher safe", "wash at", "size", "A5 size"],
  ]);
});
