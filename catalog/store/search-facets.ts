import { sql } from "drizzle-orm";
import { statement } from "../../shared/sql/statement.ts";
import { priceLadder } from "../domain/price-ranges.ts";
import { attributeFacetLimits } from "../usecases/count-facets.ts";
import type { FacetCounts } from "../usecases/ports.ts";
import { isInStock } from "./product-rows.ts";
import { productSearch, stockReplica } from "./schema.ts";
import { conditionsOf, havingWords, type Narrowing, unlessNull } from "./search-conditions.ts";

/** Products that are counted, at most. */
export const COUNTED_MAX = 10_000;

/** What is counted. */
export interface Counted extends Narrowing {
  /** The text as a tsquery; null for every product. */
  readonly words: string | null;
  /** Names of the attributes that are filtered by, and the tsquery of each. */
  readonly names: readonly string[];
  readonly queries: readonly string[];
}

interface FacetRow extends Record<string, unknown> {
  readonly met: number;
  readonly total: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly inStock: number;
  readonly outOfStock: number;
  readonly prices: Readonly<Record<string, number>>;
  readonly categories: Readonly<Record<string, number>>;
  readonly attributes: FacetCounts["attributes"];
}

const s = productSearch;

/** Not by a join: the planner would rather read the stock of every SKU there is. */
const stocked = sql`coalesce((select ${isInStock} from ${stockReplica} where ${stockReplica.sku} = ${s.sku}), false)`;

/** Of the most frequent attributes the most frequent values. An attribute is written as its name, a line break and its value. */
const attributeFacets = sql`
  select coalesce(jsonb_agg(jsonb_build_object('name', name, 'values', told) order by products desc, name collate "C"), '[]')
  from (
    select name, sum(count)::int as products, jsonb_agg(jsonb_build_object('value', value, 'count', count) order by place)
      filter (where place <= ${sql.raw(`${attributeFacetLimits.values}`)}) as told
    from (
      select name, value, count, row_number() over (partition by name order by count desc, value collate "C") as place
      from (
        select split_part(attribute, e'\\n', 1) as name, substr(attribute, strpos(attribute, e'\\n') + 1) as value, count(*)::int as count
        from (select unnest(attributes) as attribute, failed from looked where fits) as had
        where (failed = '{}' or failed = array[split_part(attribute, e'\\n', 1)])
        group by attribute
      ) as pairs
    ) as places
    group by name having count(*) <= ${sql.raw(`${attributeFacetLimits.distinct}`)}
    order by products desc, name collate "C" limit ${sql.raw(`${attributeFacetLimits.names}`)}
  ) as named`;

/** Everything from one look at the products: what each of them fails is kept beside it. */
export const countFacets = statement<Counted>((slots) => {
  const { value } = slots;
  const { status, category, price } = conditionsOf(slots, "search");
  const inStock = value((counted) => counted.inStock);
  const names = sql`${value((counted) => [...counted.names])}::text[]`;
  const failed = sql`case when ${names} = '{}' then '{}'::text[] else array(
    select filter.name from unnest(${names}, ${value(({ queries }) => [...queries])}::text[]) as filter(name, query)
    where not ${s.words} @@ filter.query::tsquery) end`;
  return sql`
    with looked as materialized (
      select price, category, attributes, stocked, failed, in_category and in_price and in_stock as fits,
        failed = '{}' and in_category and in_price and in_stock as counted,
        failed = '{}' and in_price and in_stock as but_category,
        failed = '{}' and in_category and in_stock as but_price,
        failed = '{}' and in_category and in_price as but_stock
      from (
        select ${s.priceMinor} as price, ${s.categoryId} as category, ${s.attributes} as attributes, ${stocked} as stocked,
          ${category} as in_category, ${price} as in_price, ${failed} as failed
        from ${s}
        where ${status} and ${havingWords(slots, ({ words }) => words)}
        limit ${sql.raw(`${COUNTED_MAX + 1}`)}
      ) as found cross join lateral (select ${unlessNull(inStock, "boolean", sql`stocked = ${inStock}::boolean`)} as in_stock) as asked
    )
    select whole.*,
      (select coalesce(jsonb_object_agg(rung, count), '{}') from (
        select width_bucket(price, ${value(() => [...priceLadder])}::bigint[]) as rung, count(*) as count
        from looked where but_price group by rung) as rungs) as prices,
      (select coalesce(jsonb_object_agg(category, count), '{}') from (
        select category, count(*) as count
        from looked where but_category and category is not null group by category) as shelves) as categories,
      (${attributeFacets}) as attributes
    from (
      select count(*)::int as met, count(*) filter (where counted)::int as total,
        min(price) filter (where counted)::float8 as min, max(price) filter (where counted)::float8 as max,
        count(*) filter (where but_stock and stocked)::int as "inStock",
        count(*) filter (where but_stock and not stocked)::int as "outOfStock"
      from looked
    ) as whole`;
});

/** The row of `countFacets` as the use cases know it. */
export const toFacetCounts = (row: Record<string, unknown> | undefined): FacetCounts => {
  if (row === undefined) throw new Error("PostgreSQL counted nothing, not even zero");
  const { met, total, min, max, inStock, outOfStock, prices, categories, attributes } = row as FacetRow;
  return {
    total,
    approximate: met > COUNTED_MAX,
    inStock,
    outOfStock,
    minPriceMinor: min,
    maxPriceMinor: max,
    prices: new Map(Object.entries(prices).map(([rung, count]) => [Number(rung), count])),
    categories: new Map(Object.entries(categories)),
    attributes,
  };
};
