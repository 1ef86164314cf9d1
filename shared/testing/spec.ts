import { expect } from "bun:test";

/** A pure state machine: what follows from an input, and what state it leads to. */
export interface Decider<State, Input, Output> {
  readonly initial: State;
  decide(state: State, input: Input): readonly Output[];
  evolve(state: State, input: Input): State;
}

export interface Outcome<State, Output> {
  /** Exactly these outputs, in this order. */
  then(outputs: readonly Output[]): void;
  thenNothing(): void;
  /** The state after the input. */
  thenState(state: State): void;
  /** The decision is refused with this error code, or with a message that fits. */
  thenThrows(expected: string | RegExp): void;
}

/** Given what happened, when this comes, then that follows: `spec(saga).given([a, b]).when(c).then([d])`. */
export function spec<State, Input, Output>(decider: Decider<State, Input, Output>) {
  const given = (inputs: readonly Input[]) => {
    const state = inputs.reduce(decider.evolve, decider.initial);
    return { when: (input: Input): Outcome<State, Output> => outcome(decider, state, input) };
  };
  return { given, when: (input: Input) => given([]).when(input) };
}

function outcome<State, Input, Output>(
  decider: Decider<State, Input, Output>,
  state: State,
  input: Input,
): Outcome<State, Output> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: given / when / then are the words of the field; nobody awaits this.
    then: (outputs) => expect(decider.decide(state, input)).toEqual(outputs),
    thenNothing: () => expect(decider.decide(state, input)).toEqual([]),
    thenState: (expected) => expect(decider.evolve(state, input)).toEqual(expected),
    thenThrows: (expected) => expect(errorOf(() => decider.decide(state, input))).toMatch(expected),
  };
}

/** "CODE: message" of what was thrown, so that a test may name either. */
function errorOf(decide: () => unknown): string {
  try {
    decide();
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    return `${String(code)}: ${error instanceof Error ? error.message : String(error)}`;
  }
  throw new Error("The decision was expected to be refused, and it was not.");
}
