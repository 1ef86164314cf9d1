import { isKioskError } from "../../shared/kernel/errors.ts";
import { changedLines } from "../domain/change-lines.ts";
import type { Order, OrderLine } from "../domain/order.ts";
import type { Ask, SagaAnswer } from "../domain/saga-state.ts";
import type { HoldRequest, Inventory, PaymentProviders, ProblemLog, UpstreamAnswer } from "./ports.ts";

/** Longest wait for the answer to one ask. */
export const ASK_DEADLINE_MS = 2_500;
const PROBLEM_MAX = 200;

export interface PerformAskDeps {
  readonly inventory: Inventory;
  readonly payments: PaymentProviders;
  readonly log: ProblemLog;
}

export interface Performed {
  readonly answer: SagaAnswer;
  /** Why there is no answer, for operators; null where there is one. */
  readonly problem: string | null;
}

const holdOf = (
  { id }: Order,
  lines: readonly OrderLine[],
  { version }: Ask,
  ttlSeconds: number | null,
): HoldRequest => ({
  orderId: id,
  lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  ttlSeconds,
  revision: version,
});

const perform = async (
  { inventory, payments }: PerformAskDeps,
  order: Order,
  ask: Ask,
  deadlineMs: number,
): Promise<UpstreamAnswer> => {
  const provider = payments[order.payment.provider];
  switch (ask.kind) {
    case "reserve-stock":
      return inventory.hold(holdOf(order, order.lines, ask, ask.ttlSeconds), deadlineMs);
    case "secure-stock":
      return inventory.hold(holdOf(order, order.lines, ask, null), deadlineMs);
    case "change-stock":
      return inventory.hold(holdOf(order, changedLines(order, ask.change), ask, null), deadlineMs);
    case "release-stock":
      return inventory.release(order.id, deadlineMs);
    case "fulfil-stock":
      return inventory.fulfil(order.id, deadlineMs);
    case "return-stock":
      return inventory.takeBack(order.id, deadlineMs);
    case "authorise-payment":
      return { type: `payment-${await provider.authorise(order, deadlineMs)}` };
    case "void-payment":
      await provider.void(order, deadlineMs);
      return { type: "payment-voided" };
    default:
      return ask satisfies never;
  }
};

/** What an operator may read of a failure: our own words, never a library's. */
const problemOf = (error: unknown): string =>
  (isKioskError(error)
    ? `${error.code}: ${error.message}`
    : "INTERNAL: unexpected failure, the log has it"
  ).slice(0, PROBLEM_MAX);

/** Asks outside of any transaction. Whatever goes wrong is no answer, and the sweeper asks again. Never fails. */
export const performAsk = async (
  deps: PerformAskDeps,
  order: Order,
  ask: Ask,
  deadlineMs: number,
): Promise<Performed> => {
  const { version } = ask;
  try {
    const answer = await perform(deps, order, ask, Math.min(ASK_DEADLINE_MS, deadlineMs));
    return { answer: { ...answer, version }, problem: null };
  } catch (error) {
    deps.log.warn("A step of an order got no answer and will be repeated", {
      orderId: order.id,
      step: ask.kind,
      error,
    });
    return { answer: { type: "no-answer", version }, problem: problemOf(error) };
  }
};
