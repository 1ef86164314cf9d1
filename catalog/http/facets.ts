import { type Static, Type } from "@sinclair/typebox";
import { idSchema, moneySchema, nullable, strictObject } from "../../shared/http/schemas.ts";
import { writeAttributeFilter } from "../domain/attribute-filters.ts";
import type { ProductFacets } from "../usecases/list-products.ts";

const countSchema = Type.Integer({ minimum: 0 });

/** What a whole result holds. */
export const facetsSchema = strictObject(
  {
    total: Type.Integer({ minimum: 0, description: "products that fit" }),
    approximate: Type.Boolean({
      description: "true: so many fit that only some are counted, and the counts are of these",
    }),
    inStock: countSchema,
    outOfStock: countSchema,
    price: nullable(strictObject({ min: moneySchema, max: moneySchema }, { description: "null for none" })),
    priceRanges: Type.Array(strictObject({ min: moneySchema, max: moneySchema, count: countSchema }), {
      description: "a handful of rounded ranges; both ends are in it, as in minPrice and maxPrice",
    }),
    categories: Type.Array(
      strictObject({
        id: idSchema,
        name: Type.String(),
        slug: Type.String(),
        parentId: nullable(idSchema),
        level: Type.Integer({ minimum: 0 }),
        count: Type.Integer({ minimum: 0, description: "with all categories below it" }),
      }),
      { description: "those with the most products, in the order of the tree" },
    ),
    attributes: Type.Array(
      strictObject({
        name: Type.String(),
        values: Type.Array(
          strictObject({
            value: Type.String(),
            count: countSchema,
            filter: Type.String({
              description: "as it is written in `attributes`",
              examples: ["colour:blue"],
            }),
          }),
        ),
      }),
      { description: "the attributes that most of the products have, each with its commonest values" },
    ),
  },
  {
    description:
      "over the whole result, all pages of it; each choice is counted as if its own filter were not there, so that one sees " +
      "what another choice brings. Null on further pages, unless `facets=true`",
  },
);

/** Facets as they are answered, with amounts in the currency of the shop. */
export const facetsBody = (facets: ProductFacets, currency: string): Static<typeof facetsSchema> => {
  const money = (amountMinor: number) => ({ amountMinor, currency });
  const { minPriceMinor, maxPriceMinor } = facets;
  const isEmpty = minPriceMinor === null || maxPriceMinor === null;
  return {
    total: facets.total,
    approximate: facets.approximate,
    inStock: facets.inStock,
    outOfStock: facets.outOfStock,
    price: isEmpty ? null : { min: money(minPriceMinor), max: money(maxPriceMinor) },
    priceRanges: facets.priceRanges.map(({ minMinor, maxMinor, count }) => ({
      ...{ min: money(minMinor), max: money(maxMinor), count },
    })),
    categories: facets.categories.map(({ category: { id, name, slug, level, parentId }, count }) => ({
      ...{ id, name, slug, level, parentId, count },
    })),
    attributes: facets.attributes.map(({ name, values }) => ({
      name,
      values: values.map(({ value, count }) => ({ value, count, filter: writeAttributeFilter(name, value) })),
    })),
  };
};
