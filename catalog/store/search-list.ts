import { type SQL, sql } from "drizzle-orm";
import { type Slots, statement } from "../../shared/sql/statement.ts";
import type { ProductPosition, ProductSort } from "../usecases/ports.ts";
import { listedColumns } from "./product-rows.ts";
import { product, productSales, productSearch, sortedName, stockReplica } from "./schema.ts";
import { havingWords, type Narrowing, narrowed } from "./search-conditions.ts";

/** Sorts by a value of the product, not by how well it fits a text. */
export type ListSort = Exclude<ProductSort, "relevance">;

/** How a list is sorted: by an expression, then by id. `cast` is the type of a cursor's value. */
interface Order {
  readonly expression: SQL;
  /** The product's id where the expression comes from, so that an index has both. */
  readonly id: typeof product.id | typeof productSales.productId;
  readonly cast: "timestamptz" | "bigint" | "text";
  readonly descending: boolean;
}

const price = { expression: sql`${product.priceMinor}`, id: product.id, cast: "bigint" } as const;
const orders: Readonly<Record<ListSort, Order>> = {
  newest: { expression: sql`${product.createdAt}`, id: product.id, cast: "timestamptz", descending: true },
  price: { ...price, descending: false },
  "-price": { ...price, descending: true },
  name: { expression: sortedName(product.name), id: product.id, cast: "text", descending: false },
  popular: {
    expression: sql`${productSales.units}`,
    id: productSales.productId,
    cast: "bigint",
    descending: true,
  },
};

/** One page of a list. */
export interface ListPage extends Narrowing {
  /** Lexemes that a product has to have, as a tsquery; null for every product. */
  readonly words: string | null;
  readonly after: ProductPosition | null;
  /** Rows, at most. */
  readonly rows: number;
  /** Products that are sorted one against the other, at most. */
  readonly sorted: number;
}

/**
 * From where the products come: all there are, in the order of the list; those that have the words, as many as are sorted; or, where
 * too many have them for that, again in the order of the list, leaving out those that have not.
 */
type Source = "all" | "found" | "among";

const beyond = ({ value }: Slots<ListPage>, { expression, id, cast, descending }: Order): SQL =>
  sql`(${expression}, ${id}) ${descending ? sql`<` : sql`>`}
    (${value(({ after }) => after?.key)}::${sql.raw(cast)}, ${value(({ after }) => after?.id)}::uuid)`;

const searched = sql`join ${productSearch} on ${productSearch.productId} = ${product.id}`;

const foundFirst = (slots: Slots<ListPage>): SQL => sql`
  found as materialized (
    select ${productSearch.productId} from ${productSearch}
    left join ${stockReplica} on ${stockReplica.sku} = ${productSearch.sku}
    where ${narrowed(slots, "search")} and ${havingWords(slots, ({ words }) => words)}
    limit ${slots.value(({ sorted }) => sorted)}
  ),`;

const conditionOf = (slots: Slots<ListPage>, source: Source): SQL => {
  if (source === "found") return sql`true`;
  const words = source === "among" ? sql`and ${havingWords(slots, (page) => page.words)}` : sql``;
  return sql`${narrowed(slots, "product")} ${words}`;
};

const sourceOf: Readonly<Record<Source, SQL>> = {
  all: sql`${product}`,
  // Not by a join: the planner would rather read every product there is.
  found: sql`found cross join lateral (
    select * from ${product} where ${product.id} = found.product_id offset 0) as ${product}`,
  among: sql`${product} ${searched}`,
};

/** First the keys of a page, then its rows: what is sorted is not written as JSON. */
const writePage = (sort: ListSort, source: Source, isFurther: boolean) =>
  statement<ListPage>((slots) => {
    const order = orders[sort];
    const direction = order.descending ? sql`desc` : sql`asc`;
    const none = sql``;
    // The key is text in ISO 8601 with its zone, a number or a name: what `beyond` casts back.
    return sql`
      with ${source === "found" ? foundFirst(slots) : none}
      page as (
        select ${order.id} as product_id, ${order.expression} as key
        from ${sourceOf[source]}
        ${sort === "popular" ? sql`join ${productSales} on ${productSales.productId} = ${product.id}` : none}
        left join ${stockReplica} on ${stockReplica.sku} = ${product.sku}
        where ${product.deletedAt} is null and ${conditionOf(slots, source)}
        ${isFurther ? sql`and ${beyond(slots, order)}` : none}
        order by ${order.expression} ${direction}, ${order.id} ${direction}
        limit ${slots.value(({ rows }) => rows)}
      )
      select ${listedColumns}, to_jsonb(page.key) as key,
        ${source === "found" ? sql`(select count(*) from found)::int` : sql`0`} as matches
      from page join ${product} on ${product.id} = page.product_id
      left join ${stockReplica} on ${stockReplica.sku} = ${product.sku}
      order by page.key ${direction}, page.product_id ${direction}`;
  });

const textsOf = (source: Source, isFurther: boolean) => ({
  newest: writePage("newest", source, isFurther),
  price: writePage("price", source, isFurther),
  "-price": writePage("-price", source, isFurther),
  name: writePage("name", source, isFurther),
  popular: writePage("popular", source, isFurther),
});

const firstPages = {
  all: textsOf("all", false),
  found: textsOf("found", false),
  among: textsOf("among", false),
};
const furtherPages = {
  all: textsOf("all", true),
  found: textsOf("found", true),
  among: textsOf("among", true),
};

/** One page of the products that fit, by a value of theirs: few texts, so that each is prepared once a connection. */
export const listPage = (sort: ListSort, source: Source, page: ListPage): SQL =>
  (page.after === null ? firstPages : furtherPages)[source][sort](page);
