import { changeText, refusalText, withLinesChanged } from "./change-lines.ts";
import { type Actor, moveTo, type Order, type OrderStatus, SYSTEM } from "./order.ts";
import { decide, evolve } from "./saga.ts";
import {
  type Ask,
  asksOf,
  isAsk,
  type Rejection,
  type SagaInput,
  type SagaOutput,
  type SagaRecord,
  type SagaState,
  type Shortage,
} from "./saga-state.ts";

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
    | "order.cancelled"
    | "order.lines-changed"
    | "order.claim-changed";
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
  /** What was short where a change of lines has been refused; none where that was not the reason. */
  readonly refusedChange?: readonly Shortage[];
  /** False when the input was late, doubled or out of place. */
  readonly changed: boolean;
}

export const rejectionText = ({ reason, shortages }: Rejection): string => {
  switch (reason) {
    case "out-of-stock":
      return `Out of stock: ${shortages.map(({ sku }) => sku).join(", ")}`;
    case "payment-declined":
      return "The payment was declined";
    case "payment-timeout":
      return "The payment provider did not answer in time";
    case "hold-refused":
      return "The hold on its stock had ended before";
    case "hold-expired":
      return "The hold on its stock ran out before the payment was through";
    default:
      return reason satisfies never;
  }
};

/** A reaction in which nothing has been told yet. */
const begin = (
  order: Order,
  saga: SagaState,
  outputs: readonly SagaOutput[],
  changed: boolean,
): Reaction => ({
  ...{ order, saga, changed },
  timeline: [],
  events: [],
  asks: asksOf(outputs),
  retryAfterMs: null,
});

type NewEvent = Pick<OrderEvent, "type" | "order" | "actor" | "reason">;

/** The order has changed: its event and its entry say the same, the entry in one word. */
const tell = (reaction: Reaction, event: NewEvent, what: string): Reaction => {
  const { order, actor, reason } = event;
  return {
    ...reaction,
    order,
    timeline: [...reaction.timeline, { at: order.updatedAt, actor, what, cause: reason }],
    events: [...reaction.events, { ...event, previousStatus: reaction.order.status }],
  };
};

const note = (reaction: Reaction, entry: TimelineEntry): Reaction => ({
  ...reaction,
  timeline: [...reaction.timeline, entry],
});

/** Only an entry is written down: nothing is told to others, and nothing asked of them. */
export const noteOnly = ({ order, saga }: OrderProcess, entry: TimelineEntry): Reaction =>
  note(begin(order, saga, [], true), entry);

/** The order changes in what is no business of the saga. */
export const tellOnly = ({ order, saga }: OrderProcess, event: NewEvent, what: string): Reaction =>
  tell(begin(order, saga, [], true), event, what);

const recordCause = ({ payment }: Order, what: SagaRecord): string | null =>
  what === "payment-authorised" || what === "payment-voided" ? `by ${payment.provider}` : null;

const apply = (reaction: Reaction, output: SagaOutput, at: Date): Reaction => {
  if (isAsk(output)) return reaction;
  const { order } = reaction;
  switch (output.kind) {
    case "confirm-order": {
      const confirmed = moveTo(order, "confirmed", at);
      const event: NewEvent = { type: "order.confirmed", order: confirmed, actor: SYSTEM, reason: null };
      return tell(reaction, event, "confirmed");
    }
    case "reject-order": {
      const rejected = moveTo(order, "rejected", at);
      const reason = rejectionText(output.rejection);
      return tell(reaction, { type: "order.rejected", order: rejected, actor: SYSTEM, reason }, "rejected");
    }
    case "apply-change": {
      const { actor } = output.change;
      const changed = withLinesChanged(order, output.change, at);
      const reason = changeText(order, output.change);
      return tell(reaction, { type: "order.lines-changed", order: changed, actor, reason }, "lines-changed");
    }
    case "refuse-change": {
      const { change, shortages } = output;
      const cause = `${changeText(order, change)}: ${refusalText(shortages)}`;
      const entry = { at, actor: change.actor, what: "change-refused", cause };
      return { ...note(reaction, entry), refusedChange: shortages };
    }
    case "record": {
      const { what } = output;
      return note(reaction, { at, actor: SYSTEM, what, cause: recordCause(order, what) });
    }
    case "retry-later":
      return { ...reaction, retryAfterMs: output.afterMs };
    default:
      return output satisfies never;
  }
};

/** What an input means for an order and its saga, at a moment. Pure: the same input on the same process gives the same. */
export const react = ({ order, saga }: OrderProcess, input: SagaInput, at: Date): Reaction => {
  const outputs = decide(saga, input);
  const next = evolve(saga, input);
  const start = begin(order, next, outputs, next !== saga);
  return outputs.reduce((reaction, output) => apply(reaction, output, at), start);
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
  returned: { type: "return-requested" },
};

/** A person brings the order into another status; what the saga has to do about it is begun. */
export const moveByHand = (current: OrderProcess, { status, actor, reason, at }: StatusMove): Reaction => {
  const order = moveTo(current.order, status, at);
  const type = status === "cancelled" ? "order.cancelled" : "order.status-changed";
  const start = begin(current.order, current.saga, [], true);
  const moved = tell(start, { type, order, actor, reason }, status);
  const input = inputOf[status];
  if (input === undefined) return moved;
  const { saga, asks } = react({ order, saga: current.saga }, input, at);
  return { ...moved, saga, asks };
};
