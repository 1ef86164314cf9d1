import { KioskProblem, newIdempotencyKey } from "../../../client/index.ts";

const TOO_MANY = 429;
/** The first try is still under way. */
const STILL_RUNNING = "CONFLICT";

/** Whether the shop has said yes or no: what it may have done without saying so is tried again by the same key. */
const isAnswered = (error: unknown): boolean => {
  if (error === null) return true;
  if (!(error instanceof KioskProblem) || error.code === STILL_RUNNING) return false;
  return error.status >= 400 && error.status < 500 && error.status !== TOO_MANY;
};

/**
 * A key for each decision: the same while the same is tried again, so that a lost answer leads to no second order, wherever in the shop
 * the buyer has been meanwhile; another one as soon as something else is wanted, or the shop has answered.
 */
export const createDecisions = () => {
  let decided = { what: "", key: "" };
  return {
    keyOf(order: object): string {
      const what = JSON.stringify(order);
      if (decided.what !== what) decided = { what, key: newIdempotencyKey() };
      return decided.key;
    },
    /** What came of it: null for an order, else why there is none. */
    settle(error: unknown): void {
      if (isAnswered(error)) decided = { what: "", key: "" };
    },
  };
};

/** Of this visit. */
export const decisions = createDecisions();
