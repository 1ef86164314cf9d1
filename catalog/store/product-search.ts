import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../shared/ports/database.ts";
import type { ProductPosition, ProductQuery, ProductSearch, ProductSort } from "../usecases/ports.ts";
import { availableNow, toProduct, toStockLevel } from "./product-rows.ts";
import { product, productSales, searchedText, sortedName, stockReplica } from "./schema.ts";

/** How a list is sorted: by an expression, then by id. `cast` is the type of a cursor's value. */
interface Order {
  readonly expression: SQL<unknown>;
  /** The product's id where the expression comes from, so that an index has both. */
  readonly id: typeof product.id | typeof productSales.productId;
  readonly cast: SQL;
  readonly descending: boolean;
}

const likeEscaped = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);

/** Every word of the text somewhere in the name or the SKU, as a word or a part of one, in any order and case. */
const matches = (text: string): SQL[] =>
  text
    .split(/\s+/u)
    .filter((word) => word !== "")
    .map((word) => sql`${searchedText(product.name, product.sku)} ilike ${`%${likeEscaped(word)}%`}`);

/** The SKU itself before the name itself, then names that begin so, then the rest. */
const relevance = (text: string): SQL => {
  const beginning = `${likeEscaped(text)}%`;
  return sql`case
    when lower(${product.sku}) = lower(${text}) then 3
    when lower(${product.name}) = lower(${text}) then 2
    when ${product.name} ilike ${beginning} then 1
    else 0 end`;
};

const newest: Order = {
  expression: sql`${product.createdAt}`,
  id: product.id,
  cast: sql`timestamptz`,
  descending: true,
};

const fixedOrders: Readonly<Record<Exclude<ProductSort, "relevance">, Order>> = {
  newest,
  price: { expression: sql`${product.priceMinor}`, id: product.id, cast: sql`bigint`, descending: false },
  "-price": { expression: sql`${product.priceMinor}`, id: product.id, cast: sql`bigint`, descending: true },
  name: { expression: sortedName(product.name), id: product.id, cast: sql`text`, descending: false },
  popular: {
    expression: sql`${productSales.units}`,
    id: productSales.productId,
    cast: sql`bigint`,
    descending: true,
  },
};

const orderOf = ({ sort, text }: ProductQuery): Order => {
  if (sort !== "relevance") return fixedOrders[sort];
  return text === null
    ? newest
    : { expression: relevance(text), id: product.id, cast: sql`bigint`, descending: true };
};

const isInStock = sql`coalesce(${availableNow} > 0, false)`;

const filters = (query: ProductQuery): SQL[] => {
  const { text, categoryIds, minPriceMinor, maxPriceMinor, inStock, status } = query;
  const conditions: SQL[] = [isNull(product.deletedAt)];
  if (status !== null) conditions.push(eq(product.status, status));
  if (text !== null) conditions.push(...matches(text));
  if (categoryIds !== null)
    conditions.push(sql`${product.categoryId} = any(${sql.param([...categoryIds])}::uuid[])`);
  if (minPriceMinor !== null) conditions.push(sql`${product.priceMinor} >= ${minPriceMinor}`);
  if (maxPriceMinor !== null) conditions.push(sql`${product.priceMinor} <= ${maxPriceMinor}`);
  if (inStock !== null) conditions.push(inStock ? isInStock : sql`not ${isInStock}`);
  return conditions;
};

const beyond = (order: Order, { key, id }: ProductPosition): SQL =>
  sql`(${order.expression}, ${order.id}) ${order.descending ? sql`<` : sql`>`} (${key}::${order.cast}, ${id}::uuid)`;

/** Lists by keyset: a page begins beyond the last product of the one before, whatever was inserted meanwhile. */
export const createProductSearch = ({ db }: Database): ProductSearch => ({
  async page(query) {
    const order = orderOf(query);
    const conditions = filters(query);
    if (query.after !== null) conditions.push(beyond(order, query.after));
    const direction = order.descending ? sql`desc` : sql`asc`;
    const selection = db
      .select({
        product,
        available: availableNow,
        stockVersion: stockReplica.version,
        // Text in ISO 8601 with its zone, a number or a name: what `beyond` casts back.
        key: sql<string | number>`to_jsonb(${order.expression})`,
      })
      .from(product)
      .leftJoin(stockReplica, eq(stockReplica.sku, product.sku))
      .$dynamic();
    if (query.sort === "popular") selection.innerJoin(productSales, eq(productSales.productId, product.id));
    const rows = await selection
      .where(and(...conditions))
      .orderBy(sql`${order.expression} ${direction}`, sql`${order.id} ${direction}`)
      .limit(query.limit + 1);
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.map((row) => ({
        product: toProduct(row.product),
        stock: toStockLevel({ available: row.available, version: row.stockVersion }),
      })),
      next: last === undefined ? null : { key: last.key, id: last.product.id },
    };
  },

  async facets(query) {
    const [row] = await db
      .select({
        all: sql<string>`count(*)`,
        inStock: sql<string>`count(*) filter (where ${isInStock})`,
        minPrice: sql<string | null>`min(${product.priceMinor})`,
        maxPrice: sql<string | null>`max(${product.priceMinor})`,
      })
      .from(product)
      .leftJoin(stockReplica, eq(stockReplica.sku, product.sku))
      .where(and(...filters(query)));
    const inStock = Number(row?.inStock ?? 0);
    return {
      inStock,
      outOfStock: Number(row?.all ?? 0) - inStock,
      minPriceMinor: row?.minPrice == null ? null : Number(row.minPrice),
      maxPriceMinor: row?.maxPrice == null ? null : Number(row.maxPrice),
    };
  },
});
