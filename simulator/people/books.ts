import type { Order, OrderStatus } from "../../orders/domain/order.ts";

/** An order as somebody was told that it is. */
export interface ToldOrder {
  readonly id: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly lines: readonly { readonly id: string; readonly quantity: number }[];
}

/** What a buyer asked for, and all that was answered to it. */
export interface Request {
  readonly userId: string;
  readonly key: string | null;
  readonly answers: { readonly status: number; readonly body: unknown; readonly replayed: boolean }[];
}

/** What people know of the shop, and what they have done: the outside against which it is held. */
export interface Books {
  readonly requests: Request[];
  readonly told: ToldOrder[];
  /** Orders that were acknowledged, by id. */
  readonly known: Set<string>;
  /** Units that came in, or went, by SKU: what was acknowledged. */
  readonly supplied: Map<string, number>;
  /** People who are not done yet. */
  busy: number;
}

export const createBooks = (): Books => ({
  requests: [],
  told: [],
  known: new Set(),
  supplied: new Map(),
  busy: 0,
});

export const noteOrder = (books: Books, { id, version, status, lines }: Order | ToldOrder): void => {
  books.known.add(id);
  books.told.push({ id, version, status, lines });
};

export const noteSupply = (books: Books, sku: string, units: number): void => {
  books.supplied.set(sku, (books.supplied.get(sku) ?? 0) + units);
};
