// The life of an order between this service and the others, as a pure decider: `decide` says what follows from an
// input, `evolve` what state it leads to. The state is stored before anything is asked of anyone, so a crash only delays.
//
// Every ask carries the version of the state that it was made in, and its answer brings that back. A state that has
// moved on has another version, so a late or doubled answer decides nothing.

import {
  askOf,
  initialSaga,
  isFinished,
  PAYMENT_ATTEMPTS_MAX,
  type Rejection,
  retryAfterMs,
  type SagaAnswer,
  type SagaAt,
  type SagaInput,
  type SagaOutput,
  type SagaStage,
  type SagaState,
  type Shortage,
} from "./saga-state.ts";

interface Transition {
  readonly state: SagaState;
  readonly outputs: readonly SagaOutput[];
}

/** The state with its ask, where its step has one: counted, and the last of what follows. */
const withAsk = (entered: SagaState, outputs: readonly SagaOutput[]): Transition => {
  const ask = askOf(entered);
  if (ask === null) return { state: entered, outputs };
  return { state: { ...entered, attempts: entered.attempts + 1 }, outputs: [...outputs, ask] };
};

/** A new state of the next version, with the ask that its step begins with. */
const enter = (from: SagaState, stage: SagaStage, outputs: readonly SagaOutput[] = []): Transition =>
  withAsk({ ...stage, version: from.version + 1, attempts: 0 }, outputs);

const confirm = (from: SagaState, prepaid: boolean): Transition =>
  enter(from, { step: "confirmed", prepaid }, [{ kind: "confirm-order" }]);

/** The order is rejected at once; what it holds is given back after that. */
const rejectAndRelease = (
  from: SagaState,
  reason: Rejection["reason"],
  { voids, shortages = [] }: { readonly voids: boolean; readonly shortages?: readonly Shortage[] },
): Transition => {
  const rejection: Rejection = { reason, shortages };
  return enter(from, { step: "releasing", rejection, voids }, [{ kind: "reject-order", rejection }]);
};

const reject = (from: SagaState, rejection: Rejection): Transition =>
  enter(from, { step: "rejected", rejection }, [{ kind: "reject-order", rejection }]);

const whenReserving = (state: SagaAt<"reserving">, answer: SagaAnswer): Transition | null => {
  switch (answer.type) {
    case "stock-held":
      if (!state.prepaid) return confirm(state, false);
      return enter(state, { step: "paying" }, [{ kind: "record", what: "stock-held" }]);
    case "hold-refused":
      return reject(state, { reason: "hold-refused", shortages: [] });
    case "stock-short": {
      const { shortages } = answer;
      if (state.attempts === 1) return reject(state, { reason: "out-of-stock", shortages });
      // An earlier attempt may still be under way and find stock that came in meanwhile: a release forbids that for ever.
      return rejectAndRelease(state, "out-of-stock", { voids: false, shortages });
    }
    default:
      return null;
  }
};

const whenPaying = (state: SagaState, answer: SagaAnswer): Transition | null => {
  if (answer.type === "payment-approved")
    return enter(state, { step: "securing" }, [{ kind: "record", what: "payment-authorised" }]);
  if (answer.type !== "payment-declined") return null;
  // An earlier attempt may still be under way and be approved: only a void forbids that.
  return rejectAndRelease(state, "payment-declined", { voids: state.attempts > 1 });
};

/** The hold may have run out while the payment was asked for: only a hold that lasts confirms the order. */
const whenSecuring = (state: SagaState, answer: SagaAnswer): Transition | null => {
  if (answer.type === "stock-held") return confirm(state, true);
  if (answer.type !== "hold-refused" && answer.type !== "stock-short") return null;
  return rejectAndRelease(state, "hold-expired", { voids: true });
};

/**
 * Every attempt asks for the same lines under a higher version. So the answer to the last one is the truth, also when an
 * earlier one took effect and its answer was lost: what is held already cannot be short.
 */
const whenChanging = (state: SagaAt<"changing">, answer: SagaAnswer): Transition | null => {
  const { prepaid, change } = state;
  const back = (output: SagaOutput) => enter(state, { step: "confirmed", prepaid }, [output]);
  if (answer.type === "stock-held") return back({ kind: "apply-change", change });
  if (answer.type === "stock-short")
    return back({ kind: "refuse-change", change, shortages: answer.shortages });
  return answer.type === "hold-refused" ? back({ kind: "refuse-change", change, shortages: [] }) : null;
};

const endOf = (rejection: Rejection | null): SagaStage =>
  rejection === null ? { step: "cancelled" } : { step: "rejected", rejection };

const onUnderstood = (state: SagaState, answer: SagaAnswer): Transition | null => {
  const { type } = answer;
  switch (state.step) {
    case "reserving":
      return whenReserving(state, answer);
    case "paying":
      return whenPaying(state, answer);
    case "securing":
      return whenSecuring(state, answer);
    case "changing":
      return whenChanging(state, answer);
    case "fulfilling":
      if (type !== "stock-fulfilled") return null;
      return enter(state, { step: "shipped" }, [{ kind: "record", what: type }]);
    case "returning":
      if (type !== "stock-returned") return null;
      return enter(state, { step: "returned" }, [{ kind: "record", what: type }]);
    case "releasing": {
      if (type !== "stock-released") return null;
      const { rejection, voids } = state;
      return enter(state, voids ? { step: "voiding", rejection } : endOf(rejection), [
        { kind: "record", what: type },
      ]);
    }
    case "voiding":
      if (type !== "payment-voided") return null;
      return enter(state, endOf(state.rejection), [{ kind: "record", what: type }]);
    default:
      return null;
  }
};

/** A payment that has been asked for often enough without an answer: it may have been taken all the same. */
const givesUp = ({ step, attempts }: SagaState): boolean =>
  step === "paying" && attempts >= PAYMENT_ATTEMPTS_MAX;
const giveUp = (state: SagaState): Transition => rejectAndRelease(state, "payment-timeout", { voids: true });

const onAnswer = (state: SagaState, answer: SagaAnswer): Transition | null => {
  if (answer.version !== state.version || isFinished(state)) return null;
  if (answer.type !== "no-answer") return onUnderstood(state, answer);
  if (givesUp(state)) return giveUp(state);
  const afterMs = retryAfterMs(state.attempts);
  return { state: { ...state, version: state.version + 1 }, outputs: [{ kind: "retry-later", afterMs }] };
};

const onDue = (state: SagaState): Transition | null => {
  if (isFinished(state)) return null;
  return givesUp(state) ? giveUp(state) : withAsk({ ...state, version: state.version + 1 }, []);
};

const onCancel = (state: SagaState): Transition | null => {
  const release = (voids: boolean) => enter(state, { step: "releasing", rejection: null, voids });
  switch (state.step) {
    case "reserving":
      return release(false);
    case "paying":
    case "securing":
      return release(true);
    case "confirmed":
    case "changing":
      return release(state.prepaid);
    default:
      return null;
  }
};

/** Null where the input changes nothing. */
const transition = (state: SagaState, input: SagaInput): Transition | null => {
  switch (input.type) {
    case "placed":
      return state.step === "none" ? enter(state, { step: "reserving", prepaid: input.prepaid }) : null;
    case "due":
      return onDue(state);
    case "cancel-requested":
      return onCancel(state);
    case "ship-requested":
      return state.step === "confirmed" ? enter(state, { step: "fulfilling" }) : null;
    case "change-requested": {
      if (state.step !== "confirmed") return null;
      return enter(state, { step: "changing", prepaid: state.prepaid, change: input.change });
    }
    case "return-requested":
      return state.step === "shipped" ? enter(state, { step: "returning" }) : null;
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
