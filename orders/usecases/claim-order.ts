import { may } from "../../shared/contracts/permissions.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { assertVersion } from "../../shared/kernel/errors.ts";
import { assertNotArchived } from "../domain/archive.ts";
import { claimOrder, releaseClaim } from "../domain/claim.ts";
import type { Order } from "../domain/order.ts";
import type { Reaction } from "../domain/react.ts";
import { dueInMs } from "./advance-saga.ts";
import type { Decision, LoadedOrder, OrderStore } from "./ports.ts";
import { actorOf, assertMayRead, type Caller } from "./read-orders.ts";

export interface ClaimOrderDeps {
  readonly orders: Pick<OrderStore, "change">;
  readonly clock: Clock;
}

export interface ClaimOrderInput {
  readonly orderId: string;
  /** The version that the caller has seen; null where that does not matter. */
  readonly expectedVersion: number | null;
}

const decided = (loaded: LoadedOrder, reaction: Reaction | null): Decision<Order> =>
  reaction === null
    ? { change: null, result: loaded.order }
    : { change: { reaction, dueInMs: dueInMs(reaction), answer: null }, result: reaction.order };

const assertOpen = (caller: Caller, { order }: LoadedOrder, { expectedVersion }: ClaimOrderInput): void => {
  assertMayRead(caller, order);
  assertVersion(expectedVersion, order.version);
  assertNotArchived(order);
};

/**
 * Makes the caller the one who looks after the order; again, it changes nothing. Of several at once one gets it. Fails with `NOT_FOUND`,
 * `CONFLICT` (somebody else has it: `claimedBy`; or nothing is left to do) and `VERSION_MISMATCH`.
 */
export const claim =
  ({ orders, clock }: ClaimOrderDeps) =>
  (caller: Caller, input: ClaimOrderInput): Promise<Order> =>
    orders.change(input.orderId, (loaded) => {
      assertOpen(caller, loaded, input);
      const claiming = { actor: { ...actorOf(caller), id: caller.userId }, at: clock.now() };
      return decided(loaded, claimOrder(loaded, claiming));
    });

/** Leaves the order to others; again, it changes nothing. Admins may take it from anybody. Fails as `claim` does. */
export const release =
  ({ orders, clock }: ClaimOrderDeps) =>
  (caller: Caller, input: ClaimOrderInput): Promise<Order> =>
    orders.change(input.orderId, (loaded) => {
      assertOpen(caller, loaded, input);
      const claiming = { actor: { ...actorOf(caller), id: caller.userId }, at: clock.now() };
      const mayTakeAway = may(caller.role, "orders.take-claim");
      return decided(loaded, releaseClaim(loaded, { ...claiming, mayTakeAway }));
    });
