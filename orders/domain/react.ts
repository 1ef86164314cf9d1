import { type Actor, moveTo, type Order, type OrderStatus, SYSTEM } from "./order.ts";
import {
  type Ask,
  asksOf,
  decide,
  evolve,
  type Rejection,
  type SagaInput,
  type SagaOutput,
  type SagaState,
} from "./saga.ts";

/** One step in the life of an order, for people: what, by whom, why. */
export interface TimelineEntry {
  readonly at: Date;
  readonly actor: Actor;
  readonly what: string;
  readonly cause: string | null;
}

export interface OrderEvent {
  readonly type:
    | "order.created"
    | "order.confirmed"
    | "order.rejected"
    | "order.status-changed"
    | "order.cancelled";
  readonly order: Order;
  readonly previousStatus: OrderStatus | null;
  readonly actor: Actor;
  readonly reason: string | null;
}

export interface OrderProcess {
  readonly order: Order;
  readonly saga: SagaState;
}

/** What an input leads to: the new order and saga, what to tell, what to ask of others. */
export interface Reaction extends OrderProcess {
  readonly timeline: readonly TimelineEntry[];
  readonly events: readonly OrderEvent[];
  readonly asks: readonly Ask[];
  /** When to try again; null where that is not yet known to be needed. */
  readonly retryAfterMs: number | null;
  /** False when the input was late, doubled or out of place. */
  readonly changed: boolean;
}

export type PaymentDecision = "approved" | "declined";

export interface ReactionContext {
  readonly at: Date;
  /** What the payment provider answers without being asked; null when it has to be asked. */
  readonly paymentAtOnce: PaymentDecision | null;
}

export const rejectionText = ({ reason, shortages }: Rejection): string => {
  switch (reason) {
    case "out-of-stock":
      return `Out of stock: ${shortages.map(({ sku }) => sku).join(", ")}`;
    case "payment-declined":
      return "The payment was declined";
    case "hold-refused":
      return "The hold on its stock had ended before";
    default:
      return reason satisfies never;
  }
};

interface Stepped {
  readonly saga: SagaState;
  readonly outputs: readonly SagaOutput[];
}

/** Steps the saga, and a second time where the payment needs no question. */
const step = (saga: SagaState, input: SagaInput, paymentAtOnce: PaymentDecision | null): Stepped => {
  const outputs = decide(saga, input);
  const next = evolve(saga, input);
  const payment = asksOf(outputs).find(({ kind }) => kind === "authorise-payment");
  if (payment === undefined || paymentAtOnce === null) return { saga: next, outputs };
  const answer: SagaInput = { type: `payment-${paymentAtOnce}`, version: payment.version };
  const before = outputs.filter((output) => output !== payment);
  return { saga: evolve(next, answer), outputs: [...before, ...decide(next, answer)] };
};

const bySystem = (at: Date, what: string, cause: string | null): TimelineEntry => ({
  at,
  actor: SYSTEM,
  what,
  cause,
});

const apply = (reaction: Reaction, output: SagaOutput, at: Date): Reaction => {
  const { order, timeline, events } = reaction;
  const told = (type: OrderEvent["type"], moved: Order, reason: string | null): Reaction => ({
    ...reaction,
    order: moved,
    timeline: [...timeline, bySystem(at, moved.status, reason)],
    events: [...events, { type, order: moved, previousStatus: order.status, actor: SYSTEM, reason }],
  });
  switch (output.kind) {
    case "confirm-order":
      return told("order.confirmed", moveTo(order, "confirmed", at), null);
    case "reject-order":
      return told("order.rejected", moveTo(order, "rejected", at), rejectionText(output.rejection));
    case "record":
      return { ...reaction, timeline: [...timeline, bySystem(at, output.what, null)] };
    case "retry-later":
      return { ...reaction, retryAfterMs: output.afterMs };
    default:
      return reaction;
  }
};

/** What an input means for an order and its saga. Pure: the same input on the same process gives the same. */
export const react = (
  { order, saga }: OrderProcess,
  input: SagaInput,
  context: ReactionContext,
): Reaction => {
  const stepped = step(saga, input, context.paymentAtOnce);
  const start: Reaction = {
    order,
    saga: stepped.saga,
    timeline: [],
    events: [],
    asks: asksOf(stepped.outputs),
    retryAfterMs: null,
    changed: stepped.saga !== saga,
  };
  return stepped.outputs.reduce((reaction, output) => apply(reaction, output, context.at), start);
};

export interface StatusMove {
  readonly status: OrderStatus;
  readonly actor: Actor;
  readonly reason: string | null;
  readonly at: Date;
}

const inputOf: Readonly<Partial<Record<OrderStatus, SagaInput>>> = {
  cancelled: { type: "cancel-requested" },
  shipped: { type: "ship-requested" },
};

/** A person brings the order into another status; what the saga has to do about it is begun. */
export const moveByHand = (current: OrderProcess, { status, actor, reason, at }: StatusMove): Reaction => {
  const order = moveTo(current.order, status, at);
  const type = status === "cancelled" ? "order.cancelled" : "order.status-changed";
  const event: OrderEvent = { type, order, previousStatus: current.order.status, actor, reason };
  const entry: TimelineEntry = { at, actor, what: status, cause: reason };
  const input = inputOf[status];
  const moved: Reaction = {
    order,
    saga: current.saga,
    timeline: [entry],
    events: [event],
    asks: [],
    retryAfterMs: null,
    changed: true,
  };
  if (input === undefined) return moved;
  const reaction = react({ order, saga: current.saga }, input, { at, paymentAtOnce: null });
  return { ...moved, saga: reaction.saga, asks: reaction.asks };
};
