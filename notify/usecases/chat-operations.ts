import { isKioskError } from "../../shared/kernel/errors.ts";
import type { Acting } from "./shop-ports.ts";

/** Stuck orders that one tap takes up. */
const STUCK_MAX = 50;
/** Calls of one tap: each replays a bounded piece of the queue. */
const REPLAY_CALLS_MAX = 5;

export interface Replayed {
  readonly replayed: number;
  readonly failed: number;
  /** Those that no call came to. */
  readonly remaining: number;
}

/** What looks after the services, by the routes of operations. Each fails as its route does, and with `UNAVAILABLE`. */
export interface OperationsDesk {
  /** Hands what is parked of a queue to its handler again. Fails with `NOT_FOUND` for a queue that no service of ours has. */
  replay(as: Acting, queue: string): Promise<Replayed>;
  /** Orders whose saga does not get on, the oldest first. */
  stuck(as: Acting, limit: number): Promise<readonly string[]>;
  /** Has the saga of an order ask again at once. Fails with `CONFLICT` where nothing waits any more. */
  retry(as: Acting, orderId: string): Promise<void>;
}

const replayAll = async (desk: OperationsDesk, as: Acting, queue: string): Promise<Replayed> => {
  let all: Replayed = { replayed: 0, failed: 0, remaining: 0 };
  for (let call = 0; call < REPLAY_CALLS_MAX; call += 1) {
    const piece = await desk.replay(as, queue);
    all = { ...piece, replayed: all.replayed + piece.replayed };
    if (piece.remaining === 0 || piece.replayed === 0) break;
  }
  return all;
};

const retryStuck = async (desk: OperationsDesk, as: Acting): Promise<number> => {
  let retried = 0;
  for (const orderId of await desk.stuck(as, STUCK_MAX)) {
    try {
      await desk.retry(as, orderId);
      retried += 1;
    } catch (error) {
      // It has got on meanwhile, or is gone: nothing is left to do about that one.
      if (!isKioskError(error, "CONFLICT") && !isKioskError(error, "NOT_FOUND")) throw error;
    }
  }
  return retried;
};

/** What is done about alerts of the services from below them. Again, nothing is done twice: what went through is parked no more. */
export const createChatOperations = (desk: OperationsDesk) => ({
  replay: (as: Acting, queue: string): Promise<Replayed> => replayAll(desk, as, queue),
  /** Answers how many were asked again. */
  retryStuck: (as: Acting): Promise<number> => retryStuck(desk, as),
});

export type ChatOperations = ReturnType<typeof createChatOperations>;
