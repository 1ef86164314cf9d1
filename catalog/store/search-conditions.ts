import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Slots } from "../../shared/sql/statement.ts";
import type { ProductQuery } from "../usecases/ports.ts";
import { isInStock } from "./product-rows.ts";
import { product, productSearch } from "./schema.ts";

/** The tables that know what a list is narrowed by: every product, or those that a search looks into. */
const columnsOf = {
  product: { status: product.status, priceMinor: product.priceMinor, categoryId: product.categoryId },
  search: {
    status: productSearch.status,
    priceMinor: productSearch.priceMinor,
    categoryId: productSearch.categoryId,
  },
} as const;

export type SearchedTable = keyof typeof columnsOf;

/** What is asked of every product of a list, beside the words. */
export type Narrowing = Pick<
  ProductQuery,
  "status" | "categoryIds" | "minPriceMinor" | "maxPriceMinor" | "inStock"
>;

/** Fits where nothing is asked. The planner knows the values, so a condition that asks nothing costs nothing. */
export const unlessNull = (given: SQL, type: string, holds: SQLWrapper): SQL =>
  sql`(${given}::${sql.raw(type)} is null or ${holds})`;

/** Each filter of a list as a condition of its own; `stock_replica` has to be joined. */
export const conditionsOf = <Input extends Narrowing>({ value }: Slots<Input>, table: SearchedTable) => {
  const { status, priceMinor, categoryId } = columnsOf[table];
  const given = {
    status: value((query) => query.status),
    categoryIds: value((query) => query.categoryIds && [...query.categoryIds]),
    minPrice: value((query) => query.minPriceMinor),
    maxPrice: value((query) => query.maxPriceMinor),
    inStock: value((query) => query.inStock),
  };
  return {
    status: unlessNull(given.status, "text", sql`${status} = ${given.status}`),
    category: unlessNull(given.categoryIds, "uuid[]", sql`${categoryId} = any(${given.categoryIds}::uuid[])`),
    price: sql`${unlessNull(given.minPrice, "bigint", sql`${priceMinor} >= ${given.minPrice}::bigint`)}
      and ${unlessNull(given.maxPrice, "bigint", sql`${priceMinor} <= ${given.maxPrice}::bigint`)}`,
    stock: unlessNull(given.inStock, "boolean", sql`${isInStock} = ${given.inStock}::boolean`),
  };
};

/** All filters of a list as one condition. */
export const narrowed = <Input extends Narrowing>(slots: Slots<Input>, table: SearchedTable): SQL => {
  const { status, category, price, stock } = conditionsOf(slots, table);
  return sql`${status} and ${category} and ${price} and ${stock}`;
};

/** Products with all of these lexemes; every product where none are given. */
export const havingWords = <Input>({ value }: Slots<Input>, read: (input: Input) => string | null): SQL =>
  unlessNull(value(read), "tsquery", sql`${productSearch.words} @@ ${value(read)}::tsquery`);
