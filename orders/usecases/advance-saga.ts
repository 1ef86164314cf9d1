import type { Clock } from "../../shared/kernel/clock.ts";
import type { Order } from "../domain/order.ts";
import { type Reaction, react } from "../domain/react.ts";
import { type Ask, isFinished, type SagaAnswer } from "../domain/saga.ts";
import type {
  Decision,
  Inventory,
  LoadedOrder,
  OrderChange,
  OrderStore,
  PaymentProvider,
  PresentOutcome,
  ProblemLog,
  StoredAnswer,
  UpstreamAnswer,
} from "./ports.ts";

/** How long whoever works on a saga has it alone; longer than all that one request may wait for. */
export const SAGA_LEASE_MS = 5_000;
/** Longest that a request works on the saga itself, before it leaves the rest to the sweeper. */
export const SAGA_DEADLINE_MS = 2_500;
/** Attempts after which a person should look: the saga goes on trying. */
export const SAGA_ALARM_ATTEMPTS = 10;

export interface AdvanceSagaDeps {
  readonly orders: OrderStore;
  readonly inventory: Inventory;
  readonly payment: PaymentProvider;
  readonly present: PresentOutcome;
  readonly clock: Clock;
  readonly log: ProblemLog;
}

export interface AdvanceSagaInput {
  readonly order: Order;
  readonly ask: Ask;
  readonly deadlineMs: number;
  /** True where a client waits: the outcome is then kept for repetitions, also when it is still open. */
  readonly awaited: boolean;
}

export interface Advanced {
  readonly order: Order;
  readonly answer: StoredAnswer;
}

/** When the sweeper should look again; null when there is nothing left to do. */
export const dueInMs = ({ saga, retryAfterMs }: Reaction): number | null =>
  isFinished(saga) ? null : (retryAfterMs ?? SAGA_LEASE_MS);

const perform = (
  { inventory, payment }: AdvanceSagaDeps,
  order: Order,
  ask: Ask,
  deadlineMs: number,
): Promise<UpstreamAnswer> => {
  switch (ask.kind) {
    case "reserve-stock":
      return inventory.reserve(order, deadlineMs);
    case "release-stock":
      return inventory.release(order, deadlineMs);
    case "fulfil-stock":
      return inventory.fulfil(order, deadlineMs);
    case "authorise-payment":
      return payment.authorise(order, deadlineMs).then((decision) => ({ type: `payment-${decision}` }));
    default:
      return ask.kind satisfies never;
  }
};

/** Asks outside of any transaction. Whatever goes wrong is no answer, and the sweeper asks again. */
const performAsk = async (
  deps: AdvanceSagaDeps,
  order: Order,
  ask: Ask,
  deadlineMs: number,
): Promise<SagaAnswer> => {
  const { version } = ask;
  try {
    return { ...(await perform(deps, order, ask, deadlineMs)), version };
  } catch (error) {
    deps.log.warn("A step of an order got no answer and will be repeated", {
      orderId: order.id,
      step: ask.kind,
      error,
    });
    return { type: "no-answer", version };
  }
};

interface Settled {
  readonly loaded: LoadedOrder;
  readonly asks: readonly Ask[];
}

/** The change that an answer leads to. Where a client waits, whatever the outcome is now is kept for repetitions. */
const settle =
  (deps: AdvanceSagaDeps, input: SagaAnswer, awaited: boolean) =>
  (loaded: LoadedOrder): Decision<Settled> => {
    const context = { at: deps.clock.now(), paymentAtOnce: deps.payment.atOnce };
    const reaction = react(loaded, input, context);
    const after: LoadedOrder = { ...loaded, order: reaction.order, saga: reaction.saga };
    const answer = awaited || after.order.status !== "pending" ? deps.present(after) : null;
    const change: OrderChange = { reaction, dueInMs: dueInMs(reaction), answer };
    const result = { loaded: after, asks: reaction.asks };
    return { change: reaction.changed ? change : null, result };
  };

/**
 * Asks what the saga wants to know, stores what follows, and so on until nothing is left to ask, the deadline has
 * passed or somebody else has taken the saga over. Fails only where the database does; the sweeper then goes on.
 */
export const advanceSaga =
  (deps: AdvanceSagaDeps) =>
  async (input: AdvanceSagaInput): Promise<Advanced> => {
    const { orders, clock, present } = deps;
    const endsAtMs = clock.now().getTime() + input.deadlineMs;
    let { order } = input;
    let ask: Ask | undefined = input.ask;
    for (;;) {
      const remainingMs = Math.max(1, endsAtMs - clock.now().getTime());
      const answer = await performAsk(deps, order, ask, remainingMs);
      const settled = await orders.change(order.id, settle(deps, answer, input.awaited));
      order = settled.loaded.order;
      ask = settled.asks[0];
      if (ask === undefined || clock.now().getTime() >= endsAtMs)
        return { order, answer: present(settled.loaded) };
    }
  };

export type AdvanceSaga = ReturnType<typeof advanceSaga>;
