import { namesTag } from "../../shared/http/preconditions.ts";
import type { AnswerAtHand } from "../../shared/ports/service-fetch.ts";
import type { CategoryNode } from "../domain/category.ts";
import type { Product } from "../domain/product.ts";
import type { StockLevel } from "../domain/stock.ts";
import type { ProductList } from "../usecases/list-products.ts";
import type { ProductView } from "../usecases/ports.ts";
import { productBody, productListBody } from "./product-bodies.ts";
import { productEtag } from "./product-etag.ts";

/** A body as it is sent, and the tag by which a client may ask whether it has it already. */
export interface PreparedBody {
  readonly etag: string;
  readonly text: string;
}

/** A body tagged by what it says, where that comes from many sources. */
export const preparedText = (text: string): PreparedBody => ({
  etag: `"${Bun.hash(text).toString(36)}"`,
  text,
});

/** The text of a product before and after its stock. */
interface Pieces {
  readonly categoryPath: readonly CategoryNode[];
  readonly head: string;
  readonly tail: string;
}

/** Categories of one tree are the same objects. */
const isSamePath = (a: readonly CategoryNode[], b: readonly CategoryNode[]): boolean =>
  a.length === b.length && a.every((node, at) => node === b[at]);

const stockText = ({ available, version }: StockLevel): string =>
  `{"available":${available},"inStock":${available > 0},"version":${version}}`;

/** Cuts the text of a body where its stock stands. */
const cut = (view: ProductView): Pieces => {
  const fields = Object.entries(productBody(view));
  const at = fields.findIndex(([name]) => name === "stock");
  const before = JSON.stringify(Object.fromEntries(fields.slice(0, at)));
  const after = JSON.stringify(Object.fromEntries(fields.slice(at + 1)));
  return {
    categoryPath: view.categoryPath,
    head: `${before.slice(0, -1)},"stock":`,
    tail: `,${after.slice(1)}`,
  };
};

/**
 * Bodies of products as texts: what `productBody` and `productListBody` make, without making it again for every reader. Stock
 * moves much more often than anything else, so the text of a product is kept without it, for as long as the product itself is.
 */
export const createPreparedBodies = (currency: string) => {
  const known = new WeakMap<Product, Pieces>();

  const textOf = (view: ProductView): string => {
    let pieces = known.get(view.product);
    if (pieces === undefined || !isSamePath(pieces.categoryPath, view.categoryPath)) {
      pieces = cut(view);
      known.set(view.product, pieces);
    }
    return pieces.head + stockText(view.stock) + pieces.tail;
  };

  return {
    product: (view: ProductView): PreparedBody => ({ etag: productEtag(view), text: textOf(view) }),
    list(list: ProductList, nextCursor: string | null): PreparedBody {
      const { items: _, ...rest } = productListBody({ ...list, items: [] }, nextCursor, currency);
      const text = `{"items":[${list.items.map(textOf).join()}],${JSON.stringify(rest).slice(1)}`;
      return preparedText(text);
    },
  };
};

export type PreparedBodies = ReturnType<typeof createPreparedBodies>;

/** Stock moves at any time, so a copy is asked about before it is used; what staff see is not for others. */
const LIVE_HEADERS = { "cache-control": "no-cache", vary: "authorization" } as const;

const JSON_HEADERS = { ...LIVE_HEADERS, "content-type": "application/json" } as const;

/** What is answered to somebody who may have the body already. */
export const answerWith = (
  { etag, text }: PreparedBody,
  ifNoneMatch: string | null,
  route: string,
): AnswerAtHand =>
  namesTag(ifNoneMatch, etag)
    ? { status: 304, body: null, etag, headers: LIVE_HEADERS, route }
    : { status: 200, body: text, etag, headers: JSON_HEADERS, route };

/** The same as an answer of a route. */
export const respondWith = (prepared: PreparedBody, request: Request): Response => {
  const { status, body, headers, etag } = answerWith(prepared, request.headers.get("if-none-match"), "");
  return new Response(body, { status, headers: { ...headers, etag } });
};
