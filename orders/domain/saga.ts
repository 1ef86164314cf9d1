// The life of an order between this service and the others, as a pure decider: `decide` says what follows from an
// input, `evolve` what state it leads to. The state is stored before anything is asked of anyone, so a crash only delays.
//
// Every ask carries the version of the state that it was made in, and its answer brings that back. A state that has
// moved on has another version, so a late or doubled answer decides nothing.

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

export interface Rejection {
  readonly reason: "out-of-stock" | "payment-declined" | "hold-refused";
  readonly shortages: readonly Shortage[];
}

interface Progress {
  readonly version: number;
  /** How often the present step has been asked for. */
  readonly attempts: number;
}

export type SagaState = Progress &
  (
    | { readonly step: "none" | "reserving" | "paying" | "confirmed" }
    | { readonly step: "fulfilling" | "shipped" | "cancelled" }
    /** Giving stock back: after a cancellation (null), or for a rejected order. */
    | { readonly step: "releasing"; readonly rejection: Rejection | null }
    | { readonly step: "rejected"; readonly rejection: Rejection }
  );
export type SagaStep = SagaState["step"];

export const initialSaga: SagaState = { step: "none", version: 0, attempts: 0 };

export type SagaAnswer = { readonly version: number } & (
  | { readonly type: "stock-held" | "stock-released" | "stock-fulfilled" }
  | { readonly type: "stock-short"; readonly shortages: readonly Shortage[] }
  /** Inventory has ended the hold of this order before and gives it no other. */
  | { readonly type: "hold-refused" }
  | { readonly type: "payment-approved" | "payment-declined" }
  /** Nothing came in time, or nothing that could be understood. */
  | { readonly type: "no-answer" }
);

export type SagaInput =
  | { readonly type: "placed" }
  | { readonly type: "cancel-requested" }
  | { readonly type: "ship-requested" }
  /** The sweeper found the saga unfinished: whoever worked on it is slow or gone. */
  | { readonly type: "due" }
  | SagaAnswer;

export type AskKind = "reserve-stock" | "authorise-payment" | "release-stock" | "fulfil-stock";

/** Something to ask of somebody else, outside of any transaction. Repeating it is harmless. */
export interface Ask {
  readonly kind: AskKind;
  readonly version: number;
}

export type SagaOutput =
  | Ask
  | { readonly kind: "confirm-order" }
  | { readonly kind: "reject-order"; readonly rejection: Rejection }
  | { readonly kind: "record"; readonly what: "stock-released" | "stock-fulfilled" }
  | { readonly kind: "retry-later"; readonly afterMs: number };

const RETRY_FIRST_MS = 1_000;
/** Short enough that an order ends within 30 s of whatever kept it. */
export const RETRY_MAX_MS = 10_000;

/** Pause before the next attempt, after so many: 1, 2, 4, 8, 10 s. */
export const retryAfterMs = (attempts: number): number =>
  Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.max(0, attempts - 1));

const asks: Readonly<Partial<Record<SagaStep, AskKind>>> = {
  reserving: "reserve-stock",
  paying: "authorise-payment",
  releasing: "release-stock",
  fulfilling: "fulfil-stock",
};

/** True when nothing is left to ask. A confirmed order may still be cancelled or shipped, by an input from outside. */
export const isFinished = ({ step }: SagaState): boolean => asks[step] === undefined;

const isAsk = (output: SagaOutput): output is Ask => "version" in output;
export const asksOf = (outputs: readonly SagaOutput[]): Ask[] => outputs.filter(isAsk);

interface Transition {
  readonly state: SagaState;
  readonly outputs: readonly SagaOutput[];
}

/** A new state of the next version, with the ask that its step begins with. */
const enter = (
  from: SagaState,
  step: Exclude<SagaStep, "releasing" | "rejected">,
  outputs: readonly SagaOutput[] = [],
): Transition => withAsk({ step, version: from.version + 1, attempts: 0 }, outputs);

const release = (
  from: SagaState,
  rejection: Rejection | null,
  outputs: readonly SagaOutput[] = [],
): Transition => withAsk({ step: "releasing", version: from.version + 1, attempts: 0, rejection }, outputs);

const withAsk = (entered: SagaState, outputs: readonly SagaOutput[]): Transition => {
  const kind = asks[entered.step];
  if (kind === undefined) return { state: entered, outputs };
  const state = { ...entered, attempts: entered.attempts + 1 };
  return { state, outputs: [...outputs, { kind, version: state.version }] };
};

const reject = (from: SagaState, rejection: Rejection): Transition => ({
  state: { step: "rejected", version: from.version + 1, attempts: 0, rejection },
  outputs: [{ kind: "reject-order", rejection }],
});

const whenReserving = (state: SagaState, answer: SagaAnswer): Transition | null => {
  if (answer.type === "stock-held") return enter(state, "paying");
  if (answer.type === "hold-refused") return reject(state, { reason: "hold-refused", shortages: [] });
  if (answer.type !== "stock-short") return null;
  const rejection: Rejection = { reason: "out-of-stock", shortages: answer.shortages };
  if (state.attempts === 1) return reject(state, rejection);
  // An earlier attempt may still be under way and find stock that came in meanwhile: a release forbids that for ever.
  return release(state, rejection, [{ kind: "reject-order", rejection }]);
};

const whenPaying = (state: SagaState, answer: SagaAnswer): Transition | null => {
  if (answer.type === "payment-approved") return enter(state, "confirmed", [{ kind: "confirm-order" }]);
  if (answer.type !== "payment-declined") return null;
  const rejection: Rejection = { reason: "payment-declined", shortages: [] };
  return release(state, rejection, [{ kind: "reject-order", rejection }]);
};

const released = (state: SagaState & { step: "releasing" }): Transition => {
  const outputs: SagaOutput[] = [{ kind: "record", what: "stock-released" }];
  if (state.rejection === null) return enter(state, "cancelled", outputs);
  const { rejection, version } = state;
  return { state: { step: "rejected", version: version + 1, attempts: 0, rejection }, outputs };
};

const onAnswer = (state: SagaState, answer: SagaAnswer): Transition | null => {
  if (answer.version !== state.version || isFinished(state)) return null;
  if (answer.type === "no-answer") {
    const afterMs = retryAfterMs(state.attempts);
    return { state: { ...state, version: state.version + 1 }, outputs: [{ kind: "retry-later", afterMs }] };
  }
  if (state.step === "reserving") return whenReserving(state, answer);
  if (state.step === "paying") return whenPaying(state, answer);
  if (state.step === "releasing") return answer.type === "stock-released" ? released(state) : null;
  if (answer.type !== "stock-fulfilled") return null;
  return enter(state, "shipped", [{ kind: "record", what: "stock-fulfilled" }]);
};

/** Null where the input changes nothing. */
const transition = (state: SagaState, input: SagaInput): Transition | null => {
  switch (input.type) {
    case "placed":
      return state.step === "none" ? enter(state, "reserving") : null;
    case "due":
      return isFinished(state) ? null : withAsk({ ...state, version: state.version + 1 }, []);
    case "cancel-requested": {
      const holds = state.step === "reserving" || state.step === "paying" || state.step === "confirmed";
      return holds ? release(state, null) : null;
    }
    case "ship-requested":
      return state.step === "confirmed" ? enter(state, "fulfilling") : null;
    default:
      return onAnswer(state, input);
  }
};

/** What follows from an input; nothing from one that is late, doubled or out of place. */
export const decide = (state: SagaState, input: SagaInput): readonly SagaOutput[] =>
  transition(state, input)?.outputs ?? [];

/** The state after an input; the same object where the input changes nothing. */
export const evolve = (state: SagaState, input: SagaInput): SagaState =>
  transition(state, input)?.state ?? state;

export const orderSaga = { initial: initialSaga, decide, evolve };
