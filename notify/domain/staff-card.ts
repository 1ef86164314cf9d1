import type { Money } from "../../shared/kernel/money.ts";
import type { CardLine } from "./order-notice.ts";
import type { ShownStatus } from "./order-status.ts";

// What a card of an order shows to the shop's people.

/** Where the goods go, and how its buyer is reached. */
export interface CardCustomer {
  /** The address in lines, as it is written on a parcel; none where the order has none. */
  readonly address: readonly string[];
  /** Null where it is not known, or not for this reader. */
  readonly phone: string | null;
  readonly note: string | null;
}

export interface StaffCardView {
  readonly orderId: string;
  readonly number: string;
  readonly status: ShownStatus;
  readonly version: number;
  readonly lines: readonly CardLine[];
  readonly total: Money;
  /** Why, or with what, it came into its status, in the words of who brought it there: of a parcel its number. */
  readonly reason: string | null;
  /** Who of the shop's people looks after it, by name; empty where the name is not known; null where nobody does. */
  readonly claimedBy: string | null;
  readonly claimable: boolean;
  /** Where they may bring it from here, as orders says. */
  readonly nextStatuses: readonly ShownStatus[];
  /** Null where it is not for this chat. */
  readonly customer: CardCustomer | null;
}

const ADDRESS_PARTS = ["recipient", "line1", "line2", "postalCode", "city", "region", "country"] as const;

/** An address in lines, as far as it has them. */
export const addressLines = (address: Readonly<Record<string, unknown>> | null): string[] =>
  ADDRESS_PARTS.flatMap((part) => {
    const value = address?.[part];
    return typeof value === "string" && value !== "" ? [value] : [];
  });

/** What a person can do with an order from its card, by the status that it leads to. */
export const staffMoves = [
  "packed",
  "shipped",
  "delivered",
  "returned",
  "cancelled",
] as const satisfies readonly ShownStatus[];
export type StaffMove = (typeof staffMoves)[number];

/** What a card offers, in the order of its buttons: of what orders allows that which a person does. */
export const movesOf = ({ nextStatuses }: Pick<StaffCardView, "nextStatuses">): StaffMove[] =>
  staffMoves.filter((move) => nextStatuses.includes(move));
