import { systemActor } from "./movement.ts";
import { openStockBook, type StockBook, type StockChanges } from "./stock-book.ts";
import { available, type StockLevel } from "./stock-level.ts";

/** So many units of a SKU. */
export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

/** A SKU that an order wants more of than there is. */
export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

/** What one order wants: all of it or nothing. */
export interface AllocationRequest {
  readonly orderId: string;
  readonly lines: readonly Line[];
  /** What it holds already, one line a SKU: only the difference is taken, and what it wants no longer is given back. */
  readonly held?: readonly Line[];
}

export type Allocation =
  | { readonly kind: "held" }
  | { readonly kind: "short"; shortages: readonly Shortage[] };

/** One line a SKU, in the order of SKUs: an order that names a SKU twice wants the sum. */
export const sumBySku = (lines: readonly Line[]): Line[] => {
  const totals = new Map<string, number>();
  for (const { sku, quantity } of lines) totals.set(sku, (totals.get(sku) ?? 0) + quantity);
  return [...totals]
    .map(([sku, quantity]) => ({ sku, quantity }))
    .toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
};

/** A SKU of an order: what it wants in all, and what it has. */
interface Wish extends Line {
  readonly held: number;
}

const wishesOf = ({ lines, held = [] }: AllocationRequest): Wish[] => {
  const had = new Map(held.map(({ sku, quantity }) => [sku, quantity]));
  const gone = held.map(({ sku }) => ({ sku, quantity: 0 }));
  return sumBySku([...lines, ...gone]).map((line) => ({ ...line, held: had.get(line.sku) ?? 0 }));
};

/** What the order could have in all is what nobody has and what it holds itself. */
const shortageOf = (book: StockBook, { sku, quantity, held }: Wish): Shortage | null => {
  const level = book.level(sku);
  const left = (level ? available(level) : 0) + held;
  return quantity > left ? { sku, requested: quantity, available: left } : null;
};

/** Takes everything that one order wants, or nothing and says every SKU that is short. */
export const allocateOne = (book: StockBook, request: AllocationRequest): Allocation => {
  const wishes = wishesOf(request);
  const shortages = wishes.flatMap((wish) => shortageOf(book, wish) ?? []);
  if (shortages.length > 0) return { kind: "short", shortages };
  for (const { sku, quantity, held } of wishes) {
    if (quantity === held) continue;
    book.move({
      sku,
      reservedDelta: quantity - held,
      kind: quantity > held ? "reservation" : "release",
      actor: systemActor,
      reason: null,
      note: null,
      orderId: request.orderId,
    });
  }
  return { kind: "held" };
};

/**
 * Decides for several orders at once, first come first served: each gets all of its lines or none, and one that gets
 * none takes nothing from those after it. Results are in the order of the requests.
 */
export const allocate = (
  levels: Iterable<StockLevel>,
  requests: readonly AllocationRequest[],
  now: Date,
): StockChanges & { readonly results: readonly Allocation[] } => {
  const book = openStockBook(levels, now);
  const results = requests.map((request) => allocateOne(book, request));
  return { ...book.changes(), results };
};
