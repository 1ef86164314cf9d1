import type { Money } from "../../shared/kernel/money.ts";
import type { ShownStatus } from "./order-status.ts";
import type { StaffCardView } from "./staff-card.ts";

/** Changes that deserve a message of their own: the edit of a card makes no sound. */
export type HeadlineStatus = Extract<ShownStatus, "rejected" | "shipped" | "delivered" | "cancelled">;

export interface CardLine {
  readonly name: string;
  readonly quantity: number;
  readonly lineTotal: Money;
}

/** The one living message of an order in a chat. `version` is the order's. */
export interface OrderCardNotice {
  readonly template: "order-card";
  readonly orderId: string;
  readonly number: string;
  readonly status: ShownStatus;
  readonly version: number;
  readonly lines: readonly CardLine[];
  readonly total: Money;
  readonly reason: string | null;
  /** Somebody has asked for it: it is sent again, at the end of the chat, and the message that showed it before goes. */
  readonly anew?: true;
}

/**
 * The one living message of an order in a chat of the shop's people. What it shows is read when it is sent and is kept nowhere: who and where
 * the customer is stands in no delivery.
 */
export interface StaffCardNotice {
  readonly template: "staff-card";
  readonly orderId: string;
  readonly number: string;
  /** The order's, of which it is news; of the order that it shows, once that is read. */
  readonly version: number;
  /** Filled in for the moment of sending. */
  readonly shown?: StaffCardView;
  /** Somebody has asked for it, as of a buyer's card. */
  readonly anew?: true;
}

/** A short message beside the card. */
export interface OrderHeadlineNotice {
  readonly template: "order-headline";
  readonly orderId: string;
  readonly number: string;
  readonly status: HeadlineStatus;
  readonly reason: string | null;
}

/** What admins are told of an order; `changed`: other quantities than the alert before this one said. */
export type AlertStatus = "confirmed" | "changed" | "cancelled";

export interface OrderAlertNotice {
  readonly template: "order-alert";
  readonly orderId: string;
  readonly number: string;
  readonly status: AlertStatus;
  /** Pieces, summed over the lines. */
  readonly pieces: number;
  readonly total: Money;
  /** Why it was cancelled, or which quantities changed. */
  readonly reason: string | null;
}
