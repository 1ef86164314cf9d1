import type { Role } from "../../shared/contracts/permissions.ts";
import type { Money } from "../../shared/kernel/money.ts";
import type { ShownStatus } from "../domain/order-status.ts";

// What the bot asks of the shop in the name of who has tapped or typed something: the ordinary routes of the other services, called with
// a token of that person. Each call fails as its route does, in the service's own words and codes, and with `UNAVAILABLE`.

/** A person who acts from the chat, for the next half minute. */
export interface Acting {
  readonly userId: string;
  readonly role: Role;
  /** An IETF tag. */
  readonly language: string;
  /** A name of the IANA database. */
  readonly timezone: string;
  readonly token: string;
}

/** `own`: what is theirs, by a customer's rights; `full`: with the rights of their role. Neither holds the proof that risky calls want. */
export type ActRights = "own" | "full";

export interface ShopDesk {
  /**
   * Whoever has this Telegram account, found anew with each tap. Fails with `UNAUTHENTICATED` for nobody of ours, with `FORBIDDEN` for
   * who is blocked.
   */
  act(telegramUserId: number, rights: ActRights): Promise<Acting>;
}

export interface ShopOrderLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly lineTotal: Money;
}

export interface ShopOrder {
  readonly id: string;
  readonly number: string;
  readonly userId: string;
  readonly status: ShownStatus;
  readonly version: number;
  readonly lines: readonly ShopOrderLine[];
  readonly total: Money;
  /** As orders has it: it is handed on to an order that repeats this one. */
  readonly address: Readonly<Record<string, unknown>> | null;
}

export interface Shortage {
  readonly name: string;
  readonly quantity: number;
  readonly available: number;
}

export type PlacedAgain =
  | { readonly outcome: "placed" | "pending"; readonly order: ShopOrder }
  | { readonly outcome: "out-of-stock"; readonly short: readonly Shortage[] };

export interface OrderDesk {
  /** The person's own, newest first. */
  listOrders(as: Acting, limit: number): Promise<readonly ShopOrder[]>;
  /** Fails with `NOT_FOUND`. */
  readOrder(as: Acting, orderId: string): Promise<ShopOrder>;
  /** Fails with `CONFLICT` where it is too late, with `VERSION_MISMATCH` where it has changed meanwhile. */
  cancelOrder(as: Acting, order: { readonly id: string; readonly version: number }): Promise<ShopOrder>;
  /** A new order of the same lines at today's prices. With the same key: the same order. */
  placeAgain(as: Acting, order: ShopOrder, idempotencyKey: string): Promise<PlacedAgain>;
}

export interface ShopProduct {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  readonly available: number;
}

export interface ProductDesk {
  /** By SKU, as everybody sees it, with live stock. Fails with `NOT_FOUND`. */
  readProduct(sku: string): Promise<ShopProduct>;
}

export interface AccountDesk {
  setLanguage(as: Acting, language: string): Promise<void>;
  /** Signs the person out everywhere. */
  endSessions(as: Acting): Promise<void>;
  /** Begins the erasure of the account. Answers its receipt; the secret that opens it is told once. */
  eraseAccount(as: Acting): Promise<{ readonly erasureId: string; readonly secret: string | null }>;
}
