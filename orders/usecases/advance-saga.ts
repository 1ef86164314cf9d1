import type { Clock } from "../../shared/kernel/clock.ts";
import type { Order } from "../domain/order.ts";
import { type Reaction, react } from "../domain/react.ts";
import { type Ask, isFinished, type SagaInput, type SagaState, type Shortage } from "../domain/saga-state.ts";
import { type PerformAskDeps, performAsk } from "./perform-ask.ts";
import type {
  Decision,
  LoadedOrder,
  OrderChange,
  OrderStore,
  PresentOutcome,
  StoredAnswer,
} from "./ports.ts";

/** How long whoever works on a saga has it alone from each ask on; longer than one ask may take. */
export const SAGA_LEASE_MS = 5_000;
/** Longest that a request works on the saga itself, before it leaves the rest to the sweeper. */
export const SAGA_DEADLINE_MS = 2_500;
/** Attempts after which a person should look: the saga goes on trying. */
export const SAGA_ALARM_ATTEMPTS = 10;

export interface AdvanceSagaDeps extends PerformAskDeps {
  readonly orders: Pick<OrderStore, "change">;
  readonly present: PresentOutcome;
  readonly clock: Clock;
  /** Waits, or less when `stopping` aborts. */
  readonly pause: (ms: number, stopping: AbortSignal) => Promise<void>;
  /** Aborts when this instance stops: it then leaves what has to be asked again to others. */
  readonly stopping: AbortSignal;
}

export interface AdvanceSagaInput {
  readonly order: Order;
  readonly ask: Ask;
  readonly deadlineMs: number;
  /**
   * True where a client waits: what got no answer is then asked again while there is time, and the outcome is kept for
   * repetitions, also when it is still open.
   */
  readonly awaited: boolean;
}

export interface Advanced {
  readonly order: Order;
  readonly saga: SagaState;
  readonly answer: StoredAnswer;
  /** What was short where a change of lines has been refused; null where none was. */
  readonly refusedChange: readonly Shortage[] | null;
}

/** When the sweeper should look again; null when there is nothing left to do. */
export const dueInMs = ({ saga, retryAfterMs }: Reaction): number | null =>
  isFinished(saga) ? null : (retryAfterMs ?? SAGA_LEASE_MS);

/** Where a saga stands after an input, for whoever works on it. */
interface Settled {
  readonly loaded: LoadedOrder;
  /** What to ask at once; undefined where nothing is left to ask, or no time to do it. */
  readonly next: Ask | undefined;
  /** After which pause to ask again; null where that is not, or no longer, for this worker to do. */
  readonly againInMs: number | null;
  readonly refusedChange: readonly Shortage[] | null;
}

interface SettleOptions {
  /** Until when whoever works on the saga goes on with it, in milliseconds of the clock. */
  readonly endsAtMs: number;
  readonly awaited: boolean;
  /** Left out where the input tells nothing about it. */
  readonly problem?: string | null;
}

/** True at the one attempt of a step from which on a person should look. */
const gotStuck = (before: SagaState, { saga }: Reaction): boolean =>
  !isFinished(saga) && before.attempts < SAGA_ALARM_ATTEMPTS && saga.attempts >= SAGA_ALARM_ATTEMPTS;

type SettleDeps = Pick<AdvanceSagaDeps, "clock" | "present" | "stopping">;

/** When somebody should look at the saga: at once at what there was no time to ask, late where its worker asks again. */
const dueAfter = (reaction: Reaction, { next, againInMs }: Omit<Settled, "loaded">): number | null => {
  if (next === undefined && reaction.asks.length > 0) return 0;
  return againInMs === null ? dueInMs(reaction) : SAGA_LEASE_MS;
};

/**
 * The change that an input leads to. A verdict is kept for repetitions as soon as there is one; where a client waits, so is
 * whatever it is told when the time is over.
 */
export const settle =
  (deps: SettleDeps, input: SagaInput, { endsAtMs, awaited, ...told }: SettleOptions) =>
  (loaded: LoadedOrder): Decision<Settled> => {
    const { clock, present, stopping } = deps;
    const at = clock.now();
    const leftMs = endsAtMs - at.getTime();
    const reaction = react(loaded, input, at);
    const { retryAfterMs, refusedChange = null } = reaction;
    const next = leftMs > 0 ? reaction.asks[0] : undefined;
    const mayAskAgain = awaited && !stopping.aborted && retryAfterMs !== null && retryAfterMs < leftMs;
    const againInMs = mayAskAgain ? retryAfterMs : null;
    const todo = { next, againInMs, refusedChange };
    const after: LoadedOrder = { ...loaded, order: reaction.order, saga: reaction.saga };
    const isOver = awaited && next === undefined && againInMs === null;
    const answer = after.order.status !== "pending" || isOver ? present(after) : null;
    const change: OrderChange = {
      ...{ reaction, dueInMs: dueAfter(reaction, todo), answer, ...told },
      ...(gotStuck(loaded.saga, reaction) ? { gotStuck: true } : {}),
    };
    return { change: reaction.changed ? change : null, result: { loaded: after, ...todo } };
  };

/** The saga is due, unless it has moved on from the version that was seen: then somebody else is at work. */
export const settleDue =
  (deps: SettleDeps, version: number, options: SettleOptions) =>
  (loaded: LoadedOrder): Decision<Settled> => {
    if (loaded.saga.version === version) return settle(deps, { type: "due" }, options)(loaded);
    return { change: null, result: { loaded, next: undefined, againInMs: null, refusedChange: null } };
  };

/**
 * Asks what the saga wants to know, stores what follows, and so on until nothing is left to ask, the deadline has
 * passed or somebody else has taken the saga over. Fails only where the database does; the sweeper then goes on.
 */
export const advanceSaga =
  (deps: AdvanceSagaDeps) =>
  async ({ order, ask, deadlineMs, awaited }: AdvanceSagaInput): Promise<Advanced> => {
    const { orders, clock, present, pause, stopping } = deps;
    const endsAtMs = clock.now().getTime() + deadlineMs;
    let current: { readonly order: Order; readonly ask: Ask } = { order, ask };
    for (;;) {
      const remainingMs = Math.max(1, endsAtMs - clock.now().getTime());
      const { answer, problem } = await performAsk(deps, current.order, current.ask, remainingMs);
      const told = { endsAtMs, awaited, problem };
      let settled = await orders.change(order.id, settle(deps, answer, told));
      if (settled.againInMs !== null) {
        await pause(settled.againInMs, stopping);
        const { version } = settled.loaded.saga;
        settled = await orders.change(order.id, settleDue(deps, version, { endsAtMs, awaited }));
      }
      const { loaded, next, refusedChange } = settled;
      if (next === undefined)
        return { order: loaded.order, saga: loaded.saga, answer: present(loaded), refusedChange };
      current = { order: loaded.order, ask: next };
    }
  };

export type AdvanceSaga = ReturnType<typeof advanceSaga>;
