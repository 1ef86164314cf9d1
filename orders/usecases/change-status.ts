import type { Clock } from "../../shared/kernel/clock.ts";
import { assertVersion } from "../../shared/kernel/errors.ts";
import { assertNotArchived } from "../domain/archive.ts";
import type { Order, OrderStatus } from "../domain/order.ts";
import { moveByHand } from "../domain/react.ts";
import { isPaidBackAs } from "../domain/refund.ts";
import type { Ask } from "../domain/saga-state.ts";
import { assertMove, assertReadyFor } from "../domain/status.ts";
import { type AdvanceSaga, dueInMs, SAGA_DEADLINE_MS } from "./advance-saga.ts";
import type { Decision, LoadedOrder, OrderStore, PresentOutcome } from "./ports.ts";
import { assertMayRefund } from "./prove-refund.ts";
import { actorOf, assertMayRead, type Caller } from "./read-orders.ts";

export interface ChangeStatusDeps {
  readonly orders: OrderStore;
  readonly advance: AdvanceSaga;
  readonly present: PresentOutcome;
  readonly clock: Clock;
}

export interface ChangeStatusInput {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly reason: string | null;
  /** The version that the caller has seen; null where that does not matter. */
  readonly expectedVersion: number | null;
}

interface Moved {
  readonly order: Order;
  readonly ask: Ask | undefined;
}

const move =
  ({ clock, present }: ChangeStatusDeps, caller: Caller, input: ChangeStatusInput) =>
  (loaded: LoadedOrder): Decision<Moved> => {
    const { order } = loaded;
    assertMayRead(caller, order);
    assertVersion(input.expectedVersion, order.version);
    assertNotArchived(order);
    if (order.status === input.status) return { change: null, result: { order, ask: undefined } };
    const { status, reason } = input;
    const actor = actorOf(caller);
    assertMove(order.status, status, actor.kind);
    assertReadyFor(status, loaded.saga);
    const at = clock.now();
    if (isPaidBackAs(order, status)) assertMayRefund(caller, order, at);
    const reaction = moveByHand(loaded, { status, reason, actor, at });
    const answer = present({ ...loaded, order: reaction.order, saga: reaction.saga });
    const [ask] = reaction.asks;
    const change = { reaction, dueInMs: dueInMs(reaction), answer, ...(ask && { problem: null }) };
    return { change, result: { order: reaction.order, ask } };
  };

/**
 * Brings an order into another status by hand; asking for the status that it has changes nothing. What follows for the
 * stock is stored with it and done at once where inventory answers, else by the sweeper. Fails with `NOT_FOUND`,
 * `CONFLICT` (not from this status, not by this caller, or not yet), `VERSION_MISMATCH` and `STEP_UP_REQUIRED` (staff, where it
 * pays somebody back).
 */
export const changeStatus =
  (deps: ChangeStatusDeps) =>
  async (caller: Caller, input: ChangeStatusInput): Promise<Order> => {
    const { order, ask } = await deps.orders.change(input.orderId, move(deps, caller, input));
    if (ask !== undefined) await followUp(deps, order, ask);
    return order;
  };

/** The change stands: when its follow-up cannot be stored, the sweeper finds it. */
const followUp = async ({ advance }: ChangeStatusDeps, order: Order, ask: Ask): Promise<void> => {
  await advance({ order, ask, deadlineMs: SAGA_DEADLINE_MS, awaited: false }).catch(() => undefined);
};

export type ChangeStatus = ReturnType<typeof changeStatus>;

/** Cancels an order, for its owner before it is packed, for staff until it is shipped. Fails as `changeStatus` does. */
export const cancelOrder =
  (change: ChangeStatus) =>
  (caller: Caller, input: Omit<ChangeStatusInput, "status">): Promise<Order> =>
    change(caller, { ...input, status: "cancelled" });
