import type { Actor } from "./order.ts";

// What the saga of an order knows, hears and says. The rules are in saga.ts.

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

export const rejectionReasons = [
  "out-of-stock",
  "hold-refused",
  "hold-expired",
  "payment-declined",
  "payment-timeout",
] as const;

export interface Rejection {
  readonly reason: (typeof rejectionReasons)[number];
  readonly shortages: readonly Shortage[];
}

/** Other quantities for some lines of an order, and who wants them. A quantity of 0 takes the line away. */
export interface LinesChange {
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly actor: Actor;
}

interface Progress {
  readonly version: number;
  /** How often the present step has been asked for. */
  readonly attempts: number;
}

/** A step with what it carries. `prepaid`: the payment is asked for before the order is confirmed. */
export type SagaStage =
  | { readonly step: "none" | "paying" | "fulfilling" | "shipped" | "returning" | "returned" | "cancelled" }
  | { readonly step: "reserving"; readonly prepaid: boolean }
  | { readonly step: "confirmed"; readonly prepaid: boolean }
  /** Paid for: the hold, which had an end until now, is made to last. */
  | { readonly step: "securing" }
  | { readonly step: "changing"; readonly prepaid: boolean; readonly change: LinesChange }
  /**
   * Giving stock back: after a cancellation (null), or for a rejected order. `voids`: the payment may have been
   * authorised, and has to be taken back after that.
   */
  | { readonly step: "releasing"; readonly rejection: Rejection | null; readonly voids: boolean }
  | { readonly step: "voiding"; readonly rejection: Rejection | null }
  | { readonly step: "rejected"; readonly rejection: Rejection };

export type SagaState = Progress & SagaStage;
export type SagaStep = SagaState["step"];
/** The state in one of its steps. */
export type SagaAt<Step extends SagaStep> = Extract<SagaState, { readonly step: Step }>;

export const initialSaga: SagaState = { step: "none", version: 0, attempts: 0 };

export type SagaAnswer = { readonly version: number } & (
  | { readonly type: "stock-held" | "stock-released" | "stock-fulfilled" | "stock-returned" }
  | { readonly type: "stock-short"; readonly shortages: readonly Shortage[] }
  /** Inventory has ended the hold of this order before, or knows of a later ask. */
  | { readonly type: "hold-refused" }
  | { readonly type: "payment-approved" | "payment-declined" | "payment-voided" }
  /** Nothing came in time, or nothing that could be understood. */
  | { readonly type: "no-answer" }
);

export type SagaInput =
  | { readonly type: "placed"; readonly prepaid: boolean }
  | { readonly type: "cancel-requested" | "ship-requested" | "return-requested" }
  | { readonly type: "change-requested"; readonly change: LinesChange }
  /** The sweeper found the saga unfinished: whoever worked on it is slow or gone. */
  | { readonly type: "due" }
  | SagaAnswer;

/**
 * Something to ask of somebody else, outside of any transaction. Repeating it is harmless. Its version rises with every
 * ask, so it also tells inventory which of two holds was wanted later.
 */
export type Ask = { readonly version: number } & (
  | { readonly kind: "reserve-stock"; readonly ttlSeconds: number | null }
  | { readonly kind: "change-stock"; readonly change: LinesChange }
  | { readonly kind: "secure-stock" | "release-stock" | "fulfil-stock" | "return-stock" }
  | { readonly kind: "authorise-payment" | "void-payment" }
);

export type SagaRecord =
  | "stock-held"
  | "stock-released"
  | "stock-fulfilled"
  | "stock-returned"
  | "payment-authorised"
  | "payment-voided";

export type SagaOutput =
  | Ask
  | { readonly kind: "confirm-order" }
  | { readonly kind: "reject-order"; readonly rejection: Rejection }
  | { readonly kind: "apply-change"; readonly change: LinesChange }
  /** No shortages where it was refused for another reason. */
  | { readonly kind: "refuse-change"; readonly change: LinesChange; readonly shortages: readonly Shortage[] }
  | { readonly kind: "record"; readonly what: SagaRecord }
  | { readonly kind: "retry-later"; readonly afterMs: number };

const RETRY_FIRST_MS = 1_000;
/** Short enough that an order ends within 30 s of whatever kept it. */
export const RETRY_MAX_MS = 10_000;
/** Asks of a payment provider that may stay without an answer before the order is given up. */
export const PAYMENT_ATTEMPTS_MAX = 3;
/**
 * How long stock is kept for an order whose payment is asked for, in seconds. Far longer than that takes: it ends by
 * itself only where nobody goes on with the order.
 */
export const PAYMENT_HOLD_SECONDS = 900;

/** Pause before the next attempt, after so many: 1, 2, 4, 8, 10 s. */
export const retryAfterMs = (attempts: number): number =>
  Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.max(0, attempts - 1));

/** What a step asks for; null where nothing is left to ask. */
export const askOf = (state: SagaState): Ask | null => {
  const { version } = state;
  switch (state.step) {
    case "reserving":
      return { kind: "reserve-stock", version, ttlSeconds: state.prepaid ? PAYMENT_HOLD_SECONDS : null };
    case "paying":
      return { kind: "authorise-payment", version };
    case "securing":
      return { kind: "secure-stock", version };
    case "changing":
      return { kind: "change-stock", version, change: state.change };
    case "fulfilling":
      return { kind: "fulfil-stock", version };
    case "returning":
      return { kind: "return-stock", version };
    case "releasing":
      return { kind: "release-stock", version };
    case "voiding":
      return { kind: "void-payment", version };
    case "none":
    case "confirmed":
    case "shipped":
    case "returned":
    case "cancelled":
    case "rejected":
      return null;
    default:
      return state satisfies never;
  }
};

/** True when nothing is left to ask. A confirmed order may still be changed, cancelled or shipped, a shipped one returned. */
export const isFinished = (state: SagaState): boolean => askOf(state) === null;

export const isAsk = (output: SagaOutput): output is Ask => "version" in output;
export const asksOf = (outputs: readonly SagaOutput[]): Ask[] => outputs.filter(isAsk);
