import { type Actor, type Order, type OrderStatus, orderStatuses } from "./order.ts";
import { stepWords, verdictWords } from "./order-words.ts";
import { type OrderEvent, rejectionText, type TimelineEntry } from "./react.ts";
import type { Rejection, Shortage } from "./saga-state.ts";

/** A step of the timeline, and the trace in which it happened; null where that is not known. */
export interface TracedStep extends TimelineEntry {
  readonly traceId: string | null;
}

/** How the saga stands. */
export interface SagaFacts {
  /** What it waits for an answer to; null where nothing is left to ask. */
  readonly waitsIn: string | null;
  readonly attempts: number;
  readonly nextAt: Date | null;
  /** Why the last attempt got no answer. */
  readonly problem: string | null;
  readonly rejection: Rejection | null;
}

/** Everything that is known of how an order came to be as it is. */
export interface OrderStory {
  readonly order: Order;
  /** Oldest first. */
  readonly steps: readonly TracedStep[];
  readonly saga: SagaFacts;
  /** Of the request that placed it. */
  readonly requestId: string;
  readonly traceId: string | null;
}

/** Who reads. The buyer is told what the timeline tells them: who of the shop it was, and how its machinery stands, is for the shop's people. */
export interface Reader {
  readonly isStaff: boolean;
  /** By user id, as far as they are known and the reader may see them. */
  readonly names: ReadonlyMap<string, string>;
}

export interface NamedActor extends Actor {
  readonly name: string | null;
}

/** One link of the chain. The figures say the same as the words, for whoever writes them in another language. */
export interface OrderCause {
  /** The step, and of a rejection why: `rejected-out-of-stock`. */
  readonly code: string;
  readonly says: string;
  readonly at: Date;
  readonly actor: NamedActor;
  /** As the timeline names it. */
  readonly step: string;
  /** The event that tells of it. */
  readonly event: OrderEvent["type"] | null;
  /** Null where the order stayed in its status. */
  readonly status: { readonly from: OrderStatus | null; readonly to: OrderStatus } | null;
  /** As the timeline has it: of people their own words. */
  readonly reason: string | null;
  readonly shortages: readonly Shortage[];
  readonly traceId: string | null;
}

export interface OrderExplanation {
  readonly order: Order;
  /** That of the link which brought it into its status. */
  readonly code: string;
  readonly says: string;
  /** Oldest first, as the timeline: it is read as a story. */
  readonly causes: readonly OrderCause[];
  /** Older links that are left out. */
  readonly omitted: number;
  readonly waiting: (Omit<SagaFacts, "rejection" | "waitsIn"> & { readonly step: string }) | null;
  readonly requestId: string;
  /** Of that request; for staff alone, as all traces are. */
  readonly traceId: string | null;
}

/** Links of a chain: few orders have ten. */
const CAUSES_MAX = 100;

const events: Readonly<Record<string, OrderEvent["type"]>> = {
  placed: "order.created",
  confirmed: "order.confirmed",
  rejected: "order.rejected",
  cancelled: "order.cancelled",
  packed: "order.status-changed",
  shipped: "order.status-changed",
  delivered: "order.status-changed",
  returned: "order.status-changed",
  "lines-changed": "order.lines-changed",
  claimed: "order.claim-changed",
  "claim-released": "order.claim-changed",
};

const statusIn = (what: string): OrderStatus | null =>
  what === "placed" ? "pending" : (orderStatuses.find((status) => status === what) ?? null);

/** The reason that a rejection was stored with; the timeline has it in words alone. */
const rejectionOf = ({ what, cause }: TracedStep, { rejection }: SagaFacts): Rejection | null =>
  what === "rejected" && rejection !== null && rejectionText(rejection) === cause ? rejection : null;

const causeOf = (
  { order, saga }: OrderStory,
  step: TracedStep,
  from: OrderStatus | null,
  { isStaff, names }: Reader,
): OrderCause => {
  const rejection = rejectionOf(step, saga);
  const actor = { ...step.actor, name: names.get(step.actor.id ?? "") ?? null };
  const to = statusIn(step.what);
  return {
    code: rejection === null ? step.what : `rejected-${rejection.reason}`,
    says: stepWords({ ...step, actor }, order, rejection),
    at: step.at,
    actor,
    step: step.what,
    event: events[step.what] ?? null,
    status: to === null ? null : { from, to },
    reason: step.cause,
    shortages: rejection?.shortages ?? [],
    traceId: isStaff ? step.traceId : null,
  };
};

const chainOf = (story: OrderStory, reader: Reader): OrderCause[] => {
  let status: OrderStatus | null = null;
  return story.steps.map((step) => {
    const cause = causeOf(story, step, status, reader);
    status = cause.status?.to ?? status;
    return cause;
  });
};

const waitingOf = ({ waitsIn, attempts, nextAt, problem }: SagaFacts, { isStaff }: Reader) =>
  waitsIn === null || !isStaff ? null : { step: waitsIn, attempts, nextAt, problem };

/** Why an order is as it is, for this reader. Whether they may read it has been asked before. */
export const explainOrder = (story: OrderStory, reader: Reader): OrderExplanation => {
  const { order, saga, requestId } = story;
  const chain = chainOf(story, reader);
  const verdict = chain.findLast(({ status }) => status?.to === order.status) ?? null;
  const causes = chain.slice(-CAUSES_MAX);
  return {
    ...{ order, causes, requestId },
    traceId: reader.isStaff ? story.traceId : null,
    code: verdict?.code ?? order.status,
    says: verdictWords(order, verdict, saga.waitsIn),
    omitted: chain.length - causes.length,
    waiting: waitingOf(saga, reader),
  };
};

/** The number that people read, `K-000041`, of what they write: `41`, `k-41`. Null for what is none. */
export const numberIn = (text: string): string | null => {
  const [, digits] = /^(?:k-)?0*([0-9]{1,15})$/i.exec(text) ?? [];
  return digits === undefined ? null : `K-${digits.padStart(6, "0")}`;
};
