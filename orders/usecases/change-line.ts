import type { Clock } from "../../shared/kernel/clock.ts";
import { assertVersion, conflict, KioskError } from "../../shared/kernel/errors.ts";
import { assertNotArchived } from "../domain/archive.ts";
import { changeOfLine, type LineQuantity, refusalText } from "../domain/change-lines.ts";
import type { Order } from "../domain/order.ts";
import { react } from "../domain/react.ts";
import { isPaidBackBy } from "../domain/refund.ts";
import type { Ask, Shortage } from "../domain/saga-state.ts";
import { type Advanced, type AdvanceSaga, dueInMs, SAGA_DEADLINE_MS } from "./advance-saga.ts";
import type { Decision, LoadedOrder, OrderStore } from "./ports.ts";
import { assertMayRefund } from "./prove-refund.ts";
import { actorOf, assertMayRead, type Caller } from "./read-orders.ts";

export interface ChangeLineDeps {
  readonly orders: Pick<OrderStore, "change">;
  readonly advance: AdvanceSaga;
  readonly clock: Clock;
}

export interface ChangeLineInput extends LineQuantity {
  readonly orderId: string;
  /** The version that the caller has seen; null where that does not matter. */
  readonly expectedVersion: number | null;
}

export interface ChangedLine {
  readonly order: Order;
  /** False while inventory has not answered: the order is as it was, and the change may still come. */
  readonly done: boolean;
}

interface Begun {
  readonly order: Order;
  readonly ask: Ask | undefined;
}

/** Stores what is wanted, before anything is asked of inventory. The order itself stays as it is until then. */
const begin =
  ({ clock }: ChangeLineDeps, caller: Caller, input: ChangeLineInput) =>
  (loaded: LoadedOrder): Decision<Begun> => {
    const { order, saga } = loaded;
    assertMayRead(caller, order);
    assertVersion(input.expectedVersion, order.version);
    assertNotArchived(order);
    const change = changeOfLine(order, saga, input, actorOf(caller));
    if (change === null) return { change: null, result: { order, ask: undefined } };
    const now = clock.now();
    if (isPaidBackBy(order, change)) assertMayRefund(caller, order, now);
    const reaction = react(loaded, { type: "change-requested", change }, now);
    return {
      change: { reaction, dueInMs: dueInMs(reaction), answer: null, problem: null },
      result: { order, ask: reaction.asks[0] },
    };
  };

const refusal = (order: Order, shortages: readonly Shortage[]): KioskError =>
  shortages.length === 0
    ? conflict(`The line was not changed: ${refusalText(shortages)}.`)
    : new KioskError("OUT_OF_STOCK", "There is not enough: the order is as it was. Choose less.", {
        extensions: { orderId: order.id, shortages },
      });

const hasQuantity = ({ lines }: Order, { lineId, quantity }: ChangeLineInput): boolean =>
  (lines.find(({ id }) => id === lineId)?.quantity ?? 0) === quantity;

const outcomeOf = ({ order, saga, refusedChange }: Advanced, input: ChangeLineInput): ChangedLine => {
  if (refusedChange !== null) throw refusal(order, refusedChange);
  if (hasQuantity(order, input)) return { order, done: true };
  if (saga.step === "changing") return { order, done: false };
  throw conflict("The line was not changed: the order's timeline says why.");
};

/**
 * Brings a line of a confirmed order to another quantity (0 takes it away), and what inventory holds with it. The
 * quantity that it has already changes nothing. Fails with `NOT_FOUND` (order, line), `VERSION_MISMATCH`, `CONFLICT`
 * (not in this status; `retryAfterSeconds` where that passes), `VALIDATION` (beyond what an order may cost), `OUT_OF_STOCK` and
 * `STEP_UP_REQUIRED` (staff, where it pays somebody back).
 */
export const changeLine =
  (deps: ChangeLineDeps) =>
  async (caller: Caller, input: ChangeLineInput): Promise<ChangedLine> => {
    const { order, ask } = await deps.orders.change(input.orderId, begin(deps, caller, input));
    if (ask === undefined) return { order, done: true };
    let advanced: Advanced;
    try {
      advanced = await deps.advance({ order, ask, deadlineMs: SAGA_DEADLINE_MS, awaited: true });
    } catch {
      // What is wanted is stored: the sweeper goes on when the database is back.
      return { order, done: false };
    }
    return outcomeOf(advanced, input);
  };
