import { sql } from "drizzle-orm";
import type { Database, Db } from "../../shared/ports/database.ts";
import { statement } from "../../shared/sql/statement.ts";
import type { ProductStatus } from "../domain/product.ts";
import type { TextSearch } from "../domain/search-query.ts";
import { loosened } from "../domain/search-similar.ts";
import { isNarrowed } from "../usecases/list-products.ts";
import type {
  FacetCounts,
  ProductPage,
  ProductPosition,
  ProductQuery,
  ProductSearch,
  Reading,
} from "../usecases/ports.ts";
import { type ListedRow, toListed } from "./product-rows.ts";
import { productSearch } from "./schema.ts";
import { unlessNull } from "./search-conditions.ts";
import { countFacets, toFacetCounts } from "./search-facets.ts";
import { type ListPage, type ListSort, listPage } from "./search-list.ts";
import { namesByRank, type RelevancePage, sections } from "./search-relevance.ts";
import { allOf, attributeTsquery, textTsquery } from "./search-tsquery.ts";
import { wordsAlike } from "./similar-words.ts";

/** How much a search does. */
export interface SearchLimits {
  /** Products that are sorted one against the other; where a text finds more, see `Reading`. */
  readonly rankedMax: number;
}

export const searchLimits: SearchLimits = { rankedMax: 2_000 };
/** Times as many for further pages, since more may have come: beyond these even they stay unseen. */
const LATER = 5;

const nothing: ProductPage = { items: [], next: null, reading: null };

type Order = Reading["order"];

/** One row more than a page has been asked for, if there is one: so it is known whether there is a next page. */
const pageOf = (rows: readonly ListedRow[], limit: number, reading: Reading | null): ProductPage => {
  const shown = rows.slice(0, limit);
  const items = shown.map(toListed);
  const last = shown.at(-1);
  const id = items.at(-1)?.product.id;
  const isLast = rows.length <= limit || last === undefined || id === undefined;
  const next: ProductPosition | null = isLast ? null : { key: last.key, id, ...(reading && { reading }) };
  return { items, next, reading };
};

/** On a first page one more than are sorted, so that it is seen when there are too many. */
const sortedBy = ({ rankedMax }: SearchLimits, after: ProductPosition | null): number =>
  after === null ? rankedMax + 1 : rankedMax * LATER;

const isTooMany = ({ rankedMax }: SearchLimits, rows: readonly ListedRow[]): boolean =>
  (rows[0]?.matches ?? 0) > rankedMax;

const attributesOf = ({ attributes }: ProductQuery): string | null =>
  allOf(...attributes.map(attributeTsquery));

const relevancePage = (query: ProductQuery, search: TextSearch, limits: SearchLimits): RelevancePage => ({
  ...query,
  text: textTsquery(search),
  phrase: search.phrase,
  code: search.code,
  attributes: attributesOf(query),
  after: query.after === null ? null : { key: Number(query.after.key), id: query.after.id },
  rows: query.limit + 1,
  ranked: sortedBy(limits, query.after),
  refusesMore: query.after === null,
});

const nothingCounted: FacetCounts = {
  ...{ total: 0, approximate: false, inStock: 0, outOfStock: 0, minPriceMinor: null, maxPriceMinor: null },
  ...{ prices: new Map(), categories: new Map(), attributes: [] },
};

/** How many products a text finds, up to `most`, whatever else is asked. Not one alone: for that the planner reads all there are. */
const countFound = statement<{ words: string; status: ProductStatus | null; most: number }>(
  ({ value }) => sql`
    select count(*)::int as found from (
      select from ${productSearch} where ${productSearch.words} @@ ${value(({ words }) => words)}::tsquery
        and ${unlessNull(
          value(({ status }) => status),
          "text",
          sql`${productSearch.status} = ${value(({ status }) => status)}`,
        )}
      limit ${value(({ most }) => most)}
    ) as found`,
);

/** Pages by a value of the products. */
const createLists = (db: Db, limits: SearchLimits) => {
  const rowsOf = async (sort: ListSort, source: "all" | "found" | "among", page: ListPage) =>
    (await db.execute<ListedRow>(listPage(sort, source, page))).rows;

  return async (sort: ListSort, query: ProductQuery, search: TextSearch | null, loosely: boolean) => {
    const words = allOf(search && textTsquery(search).anywhere, attributesOf(query));
    const { after, limit } = query;
    const page = { ...query, words, rows: limit + 1, sorted: sortedBy(limits, after) };
    const reading = (order: Order): Reading => ({ loosely, order });
    if (words === null) return pageOf(await rowsOf(sort, "all", page), limit, null);
    if (after?.reading?.order !== "popular") {
      const rows = await rowsOf(sort, "found", page);
      if (after !== null || !isTooMany(limits, rows)) return pageOf(rows, limit, reading("ranked"));
    }
    return pageOf(await rowsOf(sort, "among", page), limit, reading("popular"));
  };
};

/** Pages by relevance. */
const createRanking = (db: Db, limits: SearchLimits) => {
  /** The sections of a list one behind the other, until the page is full. */
  const read = async (page: RelevancePage, order: Order): Promise<ListedRow[]> => {
    const found: ListedRow[] = [];
    let { after } = page;
    for (const section of sections[order]) {
      if (after !== null && after.key < section.lowest) continue;
      const rest = { ...page, after, rows: page.rows - found.length };
      found.push(...(await db.execute<ListedRow>(section.page(rest))).rows);
      if (found.length >= page.rows) break;
      after = null;
    }
    return found;
  };

  return async (query: ProductQuery, search: TextSearch, loosely: boolean): Promise<ProductPage> => {
    const page = relevancePage(query, search, limits);
    const answer = (rows: readonly ListedRow[], order: Order) =>
      pageOf(rows, query.limit, { loosely, order });
    const known = query.after?.reading?.order;
    if (known !== undefined) return answer(await read(page, known), known);
    const rows = await read(page, "ranked");
    if (!isTooMany(limits, rows)) return answer(rows, "ranked");
    const named = await db.execute<ListedRow>(namesByRank.page({ ...page, rows: 1 }));
    const order = isTooMany(limits, named.rows) ? "popular" : "names";
    return answer(await read({ ...page, ranked: limits.rankedMax * LATER }, order), order);
  };
};

/** Lists and searches in PostgreSQL, by keyset: a page begins beyond the last product of the one before, whatever was inserted meanwhile. */
export const createProductSearch = ({ db }: Database, limits = searchLimits): ProductSearch => {
  const list = createLists(db, limits);
  const rank = createRanking(db, limits);

  /** A page and the facets beside it ask the same. */
  const loose = new WeakMap<TextSearch, Promise<TextSearch>>();
  const loosen = (search: TextSearch): Promise<TextSearch> => {
    const written = search.words.map((word) => word.written);
    const made = loose.get(search) ?? wordsAlike(db, written).then((alike) => loosened(search, alike));
    loose.set(search, made);
    return made;
  };

  /** Then it is written as it is meant, though nothing of what it finds fits. */
  const findsOthers = async (search: TextSearch, query: ProductQuery): Promise<boolean> => {
    if (!isNarrowed(query)) return false;
    const words = textTsquery(search).anywhere;
    const { rows } = await db.execute<{ found: number }>(
      countFound({ words, status: query.status, most: limits.rankedMax }),
    );
    return (rows[0]?.found ?? 0) > 0;
  };

  const searched = (query: ProductQuery, search: TextSearch, loosely: boolean): Promise<ProductPage> =>
    query.sort === "relevance" ? rank(query, search, loosely) : list(query.sort, query, search, loosely);

  return {
    async page(query) {
      const { search, sort, after } = query;
      if (search === null) return list(sort === "relevance" ? "newest" : sort, query, null, false);
      if (search.words.length === 0) return nothing;
      if (after?.reading?.loosely) return searched(query, await loosen(search), true);
      const page = await searched(query, search, false);
      const isRead = after !== null || page.items.length > 0 || (await findsOthers(search, query));
      return isRead ? page : searched(query, await loosen(search), true);
    },

    async facets(query, loosely) {
      const { search, attributes } = query;
      if (search?.words.length === 0) return nothingCounted;
      const read = search !== null && loosely ? await loosen(search) : search;
      const { rows } = await db.execute(
        countFacets({
          ...query,
          words: read && textTsquery(read).anywhere,
          names: attributes.map(({ name }) => name),
          queries: attributes.map(attributeTsquery),
        }),
      );
      return toFacetCounts(rows[0]);
    },
  };
};
