import { type SQL, sql } from "drizzle-orm";
import { type Slots, statement } from "../../shared/sql/statement.ts";
import { listedColumns } from "./product-rows.ts";
import { product, productSales, productSearch, stockReplica, wordsOfName } from "./schema.ts";
import { havingWords, type Narrowing, narrowed } from "./search-conditions.ts";
import type { TextTsquery } from "./search-tsquery.ts";

// A list by relevance is sorted by one whole number, the rank above and the units sold below, and then by the id: so that a cursor
// holds it, and no other product's change moves a product.

/** Above the units of any product. */
const UNITS_END = 2 ** 40;

/**
 * Ranks that begin a stretch of a list. `search_rank` of the migrations gives them all: 800 the SKU or barcode itself; 700 the name itself; 600
 * and 500 names that begin with the text, at the end of a word or within one; 400 SKUs that do; 300 all words in the name as they are
 * written; 200 all words in the name; and, up to a hundred from 100 on, words elsewhere by their weights.
 */
const RANK = { name: 700, named: 200, found: 100 };

/** What a page by relevance is asked for. */
export interface RelevancePage extends Narrowing {
  readonly text: TextTsquery;
  readonly phrase: string;
  readonly code: string;
  /** Lexemes of attributes; null for none. */
  readonly attributes: string | null;
  /** Where the page begins: beyond this key and id. Null for the beginning. */
  readonly after: { readonly key: number; readonly id: string } | null;
  readonly rows: number;
  /** Products that are ranked, at most. */
  readonly ranked: number;
  /** Where there are so many none is ranked: there is one row, without a product, that says so. */
  readonly refusesMore: boolean;
}

type PageSlots = Slots<RelevancePage>;

const s = productSearch;

/** Found by every word as it stands in the name or anywhere. */
const isNamed = ({ value }: PageSlots) => sql`${s.words} @@ ${value(({ text }) => text.named)}::tsquery`;
const isFound = ({ value }: PageSlots) => sql`${s.words} @@ ${value(({ text }) => text.anywhere)}::tsquery`;
const isNamedByIndex = ({ value }: PageSlots) =>
  sql`${wordsOfName(s.words)} @@ ${value(({ text }) => text.ofName)}::tsquery`;

const isCode = ({ value }: PageSlots) =>
  sql`(${s.skuKey} = ${value(({ code }) => code)} or ${s.barcodeKey} = ${value(({ code }) => code)})`;
const isExact = (slots: PageSlots) =>
  sql`(${isCode(slots)} or ${s.name} = ${slots.value(({ phrase }) => phrase)})`;
/** Many products have no barcode, of which nothing is true. */
const isOther = (slots: PageSlots) => sql`${isExact(slots)} is not true`;

const rankOf = (slots: PageSlots): SQL => {
  const { value } = slots;
  return sql`search_rank(${s.skuKey}, ${s.barcodeKey}, ${s.name}, ${s.words}, ${value(({ phrase }) => phrase)}::text,
    ${value(({ code }) => code)}::text, ${value(({ text }) => text.whole)}::tsquery, ${value(({ text }) => text.named)}::tsquery,
    ${value(({ text }) => text.anywhere)}::tsquery)`;
};

const keyOf = (rank: SQL, units: SQL): SQL => sql`(${rank})::bigint * ${sql.raw(`${UNITS_END}`)} + ${units}`;

/** Filters of the list; `stock_replica` is joined. */
const fits = (slots: PageSlots): SQL =>
  sql`${narrowed(slots, "search")} and ${havingWords(slots, ({ attributes }) => attributes)}`;

const stockOf = sql`left join ${stockReplica} on ${stockReplica.sku} = ${s.sku}`;

/** The rows of a page whose keys and ids are known, with the matches that were met, as far as they were counted. */
const pageOf = (keys: SQL, matches: SQL): SQL => sql`
  with ${keys}
  select ${listedColumns}, page.key::float8 as key, ${matches} as matches
  from page join ${product} on ${product.id} = page.product_id
  left join ${stockReplica} on ${stockReplica.sku} = ${product.sku}
  order by page.key desc, page.product_id desc`;

const furtherThan = ({ value }: PageSlots, key: SQL, id: SQL): SQL => {
  const after = value((page) => page.after?.key ?? null);
  return sql`(${after}::bigint is null or (${key}, ${id}) < (${after}::bigint, ${value((page) => page.after?.id ?? null)}::uuid))`;
};

/** Not by a join: the planner would rather read the units of every product there is. */
const unitsOfCandidate = sql`coalesce(
  (select ${productSales.units} from ${productSales} where ${productSales.productId} = candidate.product_id), 0)`;

/** The products of a condition, each with its rank. */
const ranked = (condition: (slots: PageSlots) => SQL) =>
  statement<RelevancePage>((slots) => {
    const { value } = slots;
    const keys = sql`
      candidate as materialized (
        select ${s.productId}, ${rankOf(slots)} as rank from ${s} ${stockOf}
        where ${condition(slots)} and ${fits(slots)}
        limit ${value((page) => page.ranked)}
      ),
      keyed as (
        select candidate.product_id, ${keyOf(sql`rank`, unitsOfCandidate)} as key from candidate
      ),
      page as (
        select product_id, key from keyed where ${furtherThan(slots, sql`key`, sql`product_id`)}
        order by key desc, product_id desc limit ${value(({ rows }) => rows)}
      )`;
    return pageOf(keys, sql`(select count(*) from candidate)::int`);
  });

/** All that the text finds. The usual case by far, so its plan is kept: the migrations say how. */
const found = statement<RelevancePage>(({ value }) => {
  const text = (read: (page: RelevancePage) => string | null) => sql`${value(read)}::text`;
  return sql`
    select product, available, stock_version as "stockVersion", key, matches
    from search_ranked(
      ${text((page) => page.text.anywhere)}, ${text((page) => page.text.named)}, ${text((page) => page.text.whole)},
      ${text(({ phrase }) => phrase)}, ${text(({ code }) => code)}, ${text(({ attributes }) => attributes)}, ${text(({ status }) => status)},
      ${value(({ categoryIds }) => categoryIds && [...categoryIds])}::uuid[], ${value(({ minPriceMinor }) => minPriceMinor)}::bigint,
      ${value(({ maxPriceMinor }) => maxPriceMinor)}::bigint, ${value(({ inStock }) => inStock)}::boolean,
      ${value(({ after }) => after?.key ?? null)}::bigint, ${value(({ after }) => after?.id ?? null)}::uuid,
      ${value((page) => page.ranked)}::int, ${value(({ refusesMore }) => refusesMore)}::boolean, ${value(({ rows }) => rows)}::int)`;
});

/** The products of a condition by units sold alone: from the one that has sold most on, until there are enough. */
const popular = (rank: number, condition: (slots: PageSlots) => SQL) =>
  statement<RelevancePage>((slots) => {
    const { value } = slots;
    const units = value(({ after }) => (after === null ? null : after.key - rank * UNITS_END));
    const id = value(({ after }) => after?.id ?? null);
    const keys = sql`
      page as (
        select ${productSales.productId}, ${keyOf(sql.raw(`${rank}`), sql`${productSales.units}`)} as key
        from ${productSales} cross join lateral (
          select from ${s} ${stockOf}
          where ${s.productId} = ${productSales.productId} and ${condition(slots)} and ${fits(slots)}
          offset 0
        ) as fitting
        where (${units}::bigint is null or (${productSales.units}, ${productSales.productId}) < (${units}::bigint, ${id}::uuid))
        order by ${productSales.units} desc, ${productSales.productId} desc limit ${value(({ rows }) => rows)}
      )`;
    return pageOf(keys, sql`0`);
  });

/** A stretch of a list by relevance: products whose keys are below those of the stretch before. */
export interface Section {
  readonly page: (page: RelevancePage) => SQL;
  /** Its keys begin here. */
  readonly lowest: number;
}

const lowest = (rank: number): number => rank * UNITS_END;

const exact: Section = { page: ranked(isExact), lowest: lowest(RANK.name) };
const othersByUnits: Section = {
  page: popular(
    RANK.found,
    (slots) => sql`${isFound(slots)} and not ${isNamed(slots)} and ${isOther(slots)}`,
  ),
  lowest: 0,
};
/** Also for whoever wants to know how many names there are. */
export const namesByRank: Section = {
  page: ranked((slots) => sql`${isNamedByIndex(slots)} and ${isOther(slots)}`),
  lowest: lowest(RANK.named),
};
const namesByUnits: Section = {
  page: popular(RANK.named, (slots) => sql`${isNamed(slots)} and ${isOther(slots)}`),
  lowest: lowest(RANK.named),
};

/** What a list is made of, one behind the other. See `Reading`. */
export const sections = {
  ranked: [{ page: found, lowest: 0 }],
  names: [exact, namesByRank, othersByUnits],
  popular: [exact, namesByUnits, othersByUnits],
} as const satisfies Record<string, readonly Section[]>;
