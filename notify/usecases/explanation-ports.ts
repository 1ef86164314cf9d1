import type { ShownStatus } from "../domain/order-status.ts";
import type { Acting } from "./shop-ports.ts";

// What the bot asks inventory and orders to explain. The codes are theirs: one that has no words here is told in those that came with it.

export interface OrderWhyCause {
  readonly code: string;
  readonly says: string;
  readonly at: Date;
  readonly actor: { readonly kind: "user" | "staff" | "system"; readonly name: string | null };
  /** What people said with it; of the shop's own steps nothing that `code` does not say. */
  readonly reason: string | null;
  readonly shortages: readonly {
    readonly sku: string;
    readonly requested: number;
    readonly available: number;
  }[];
}

export interface OrderWhy {
  readonly orderId: string;
  readonly number: string;
  readonly status: ShownStatus;
  /** Oldest first. */
  readonly causes: readonly OrderWhyCause[];
  readonly omitted: number;
  /** For the shop's people: why its saga does not get on. */
  readonly waiting: { readonly step: string; readonly attempts: number } | null;
  /** Of the request that placed it. */
  readonly traceId: string | null;
}

export interface StockWhyCause {
  readonly code: string;
  readonly says: string;
  readonly at: Date;
  readonly movements: number;
  readonly onHand: { readonly before: number; readonly delta: number; readonly after: number };
  readonly available: { readonly delta: number; readonly after: number };
  readonly orders: number;
  readonly units: Readonly<Record<"held" | "released" | "expired" | "sold" | "returned", number>>;
  readonly actor: { readonly kind: string; readonly id: string | null } | null;
  readonly reason: string | null;
  readonly note: string | null;
}

export interface StockWhy {
  readonly sku: string;
  readonly code: string;
  readonly level: { readonly onHand: number; readonly reserved: number; readonly available: number };
  readonly holds: {
    readonly orders: number;
    /** The newest. */
    readonly items: readonly { readonly orderId: string; readonly quantity: number }[];
  };
  /** Newest first. */
  readonly causes: readonly StockWhyCause[];
  readonly sum: { readonly addsUp: boolean; readonly movements: number };
}

export interface ExplanationDesk {
  /** By id, or by the number that people read. Fails with `NOT_FOUND`, also where it is not for this person. */
  order(as: Acting, name: string): Promise<OrderWhy>;
  /** `links`: of the chain, beside all that is older. Fails with `NOT_FOUND`. */
  stock(as: Acting, sku: string, links: number): Promise<StockWhy>;
}
