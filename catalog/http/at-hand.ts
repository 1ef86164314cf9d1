import type { AnswerAtHand, PublicRead } from "../../shared/ports/service-fetch.ts";
import { type CategoryTree, pathTo } from "../domain/category.ts";
import { isPublic, type Product } from "../domain/product.ts";
import type { StockLevel } from "../domain/stock.ts";
import type { ListProductsInput, ProductList } from "../usecases/list-products.ts";
import { answerWith, type PreparedBodies, type PreparedBody } from "./prepared-answers.ts";
import { productCursor } from "./product-query.ts";

/** What is in memory, each as its store keeps it; null where a reader would have to wait. */
export interface CatalogueAtHand {
  /** Whether copies may be used now; whoever wants one asks first. */
  readonly isFresh: (atMs: number) => boolean;
  /** Another number whenever a product or the tree may have changed. */
  readonly epoch: () => number;
  /** Another number whenever the level of any SKU has changed. */
  readonly stockChanges: () => number;
  readonly product: (key: string) => Product | null;
  readonly tree: () => CategoryTree | null;
  readonly stock: (sku: string) => StockLevel | null;
  readonly page: (input: ListProductsInput) => ProductList | null;
  /** A product was answered. */
  readonly countProduct: () => void;
}

export interface ProductsAtHand {
  readonly answer: (read: PublicRead) => AnswerAtHand | null;
  /** Keeps what the query of a list means, which has been found to be right. */
  readonly remember: (path: string, input: ListProductsInput) => void;
}

/** Queries that are remembered, and how long one may be; what is beyond goes the usual way. */
const QUERIES_MAX = 2_000;
const QUERY_MAX_CHARACTERS = 500;
/** Products whose body is kept whole, and how long such a body may be. */
const BODIES_MAX = 5_000;
const BODY_MAX_CHARACTERS = 4_000;

const LISTS = "/v1/products";
const ONE = "/v1/products/:id";
const PRODUCT = `${LISTS}/`;
/** What stands in an address as it is. */
const PLAIN_KEY = /^[\w.~-]+$/;

/** The body of a product, and what it is true of. */
interface Known {
  readonly epoch: number;
  readonly sku: string;
  readonly stock: StockLevel;
  readonly body: PreparedBody;
  /** To whoever has no body yet. */
  readonly whole: AnswerAtHand;
  changes: number;
}

/** A map of bounded size: what was put in first goes first. */
const createBounded = <Value>(max: number) => {
  const values = new Map<string, Value>();
  return {
    get: (key: string) => values.get(key),
    set(key: string, value: Value) {
      const [oldest] = values.size < max || values.has(key) ? [] : values.keys();
      if (oldest !== undefined) values.delete(oldest);
      values.set(key, value);
    },
  };
};

/**
 * Answers what the public asks most out of memory, without a way through routes and schemas: products by a plain key, and lists that
 * somebody has been answered before. Whatever is not at hand takes that way.
 */
export const createProductsAtHand = (at: CatalogueAtHand, bodies: PreparedBodies): ProductsAtHand => {
  const queries = createBounded<ListProductsInput>(QUERIES_MAX);
  const known = createBounded<Known>(BODIES_MAX);
  const pages = new WeakMap<ProductList, { readonly changes: number; readonly body: PreparedBody }>();

  /** The level may have stayed while others have changed. */
  const isStill = (one: Known): boolean => {
    const changes = at.stockChanges();
    if (one.changes === changes) return true;
    if (at.stock(one.sku) !== one.stock) return false;
    one.changes = changes;
    return true;
  };
  const make = (path: string): Known | null => {
    const key = path.slice(PRODUCT.length);
    const product = PLAIN_KEY.test(key) ? at.product(key) : null;
    if (product === null || !isPublic(product)) return null;
    const [tree, stock] = [at.tree(), at.stock(product.sku)];
    if (tree === null || stock === null) return null;
    const categoryPath = pathTo(tree, product.categoryId);
    const body = bodies.product({ product, stock, categoryPath, treeVersion: tree.version });
    const whole = answerWith(body, null, ONE);
    const { sku } = product;
    const made = { epoch: at.epoch(), sku, stock, body, whole, changes: at.stockChanges() };
    if (body.text.length <= BODY_MAX_CHARACTERS) known.set(path, made);
    return made;
  };
  const product = (path: string, ifNoneMatch: string | null): AnswerAtHand | null => {
    const kept = known.get(path);
    const one = kept !== undefined && kept.epoch === at.epoch() && isStill(kept) ? kept : make(path);
    if (one === null) return null;
    at.countProduct();
    return ifNoneMatch === null ? one.whole : answerWith(one.body, ifNoneMatch, ONE);
  };

  const withStockOfNow = (page: ProductList): ProductList | null => {
    const items = [];
    for (const view of page.items) {
      const stock = at.stock(view.product.sku);
      if (stock === null) return null;
      items.push({ ...view, stock });
    }
    return { ...page, items };
  };
  const list = (input: ListProductsInput): PreparedBody | null => {
    const page = at.page(input);
    if (page === null) return null;
    const changes = at.stockChanges();
    const made = pages.get(page);
    if (made?.changes === changes) return made.body;
    const live = withStockOfNow(page);
    if (live === null) return null;
    const body = bodies.list(live, productCursor(input.sort, live.next));
    pages.set(page, { changes, body });
    return body;
  };

  return {
    answer({ path, ifNoneMatch, atMs }) {
      if (!at.isFresh(atMs)) return null;
      if (path.startsWith(PRODUCT)) return product(path, ifNoneMatch);
      const input = queries.get(path);
      const body = input === undefined ? null : list(input);
      return body === null ? null : answerWith(body, ifNoneMatch, LISTS);
    },
    remember(path, input) {
      if (path.length <= QUERY_MAX_CHARACTERS) queries.set(path, input);
    },
  };
};
