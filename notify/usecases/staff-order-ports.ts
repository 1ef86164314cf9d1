import type { StaffOrder } from "../../shared/contracts/internal-api.ts";
import type { StaffMove } from "../domain/staff-card.ts";
import type { Acting } from "./shop-ports.ts";

// What the bot asks of orders in the name of one of the shop's people, by the ordinary routes.

/** A step in the life of an order. `what` is a status, or another word of the timeline. */
export interface OrderStep {
  readonly actor: { readonly kind: "user" | "staff" | "system"; readonly id: string | null };
  readonly what: string;
}

/** An order at the version that a card showed. */
export interface SeenOrder {
  readonly id: string;
  readonly version: number;
}

export interface MoveRequest {
  readonly to: StaffMove;
  /** Why, or with what: of a parcel its number. Null where nobody said. */
  readonly reason: string | null;
  readonly idempotencyKey: string;
}

/** Each fails as its route does: with `VERSION_MISMATCH` where the order has changed since it was seen, with `CONFLICT` where it is not possible. */
export interface StaffOrderDesk {
  /** Fails with `NOT_FOUND`. */
  read(as: Acting, orderId: string): Promise<StaffOrder>;
  /** Oldest first. */
  timeline(as: Acting, orderId: string): Promise<readonly OrderStep[]>;
  /** Also fails with `STEP_UP_REQUIRED` where somebody is paid back. */
  move(as: Acting, order: SeenOrder, request: MoveRequest): Promise<StaffOrder>;
  claim(as: Acting, order: SeenOrder): Promise<StaffOrder>;
  release(as: Acting, order: SeenOrder): Promise<StaffOrder>;
}

/** The living cards of orders in the chats of the shop's people. */
export interface StaffCardStore {
  /** Who has a card of these orders: people, and groups. */
  holders(orderIds: readonly string[]): Promise<{ readonly orderId: string; readonly holderId: string }[]>;
}
