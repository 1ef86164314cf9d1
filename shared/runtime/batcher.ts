import { isKioskError, unavailable } from "../kernel/errors.ts";
import type { Settled } from "../kernel/settled.ts";
import { currentRequest, type RequestContext } from "./request-context.ts";
import { runForAll, type SharedSpans } from "./shared-work.ts";

export interface BatcherOptions<T, R> {
  /**
   * Does all calls at once and answers one outcome a call, in their order. When it rejects, nothing of the batch has
   * been done (its transaction was rolled back). It runs as part of the request of its calls where they have the same, else outside
   * of any: what it needs of a request is part of the item.
   */
  readonly run: (items: readonly T[]) => Promise<readonly Settled<R>[]>;
  /** Calls of one batch, at most. */
  readonly batchMax: number;
  /** Calls that may wait; one more is refused with `UNAVAILABLE`, to be repeated after a second. */
  readonly queueMax: number;
  /**
   * What a call queues for, such as its SKU. Batches take from the lanes by turns and one lane may fill half of the queue
   * at most, so that a rush for one thing does not hold up all others. Without it there is one lane: first come, first served.
   */
  readonly laneOf?: (item: T) => string;
  /** For the spans of batches that several requests share; none by default. */
  readonly spans?: SharedSpans;
}

interface Call<T, R> {
  readonly item: T;
  readonly context: RequestContext | undefined;
  readonly resolve: (value: R) => void;
  readonly reject: (reason: unknown) => void;
}

const RETRY_AFTER_SECONDS = 1;

const answer = <T, R>(calls: readonly Call<T, R>[], outcomes: readonly Settled<R>[]): void => {
  for (const [i, call] of calls.entries()) {
    const outcome = outcomes[i];
    if (outcome === undefined) call.reject(new Error("the batch gave fewer outcomes than it had calls"));
    else if (outcome.status === "fulfilled") call.resolve(outcome.value);
    else call.reject(outcome.reason);
  }
};

/** The database is away or busy: trying the same again in smaller parts would only add to it. */
const failsForAll = (error: unknown): boolean =>
  isKioskError(error, "UNAVAILABLE") || isKioskError(error, "TIMEOUT");

/** A batch that fails is tried again in halves, so that in the end only the call at fault fails. */
const settleAll = async <T, R>(
  options: Pick<BatcherOptions<T, R>, "run" | "spans">,
  calls: readonly Call<T, R>[],
): Promise<void> => {
  try {
    const contexts = calls.map(({ context }) => context);
    const run = () => options.run(calls.map((call) => call.item));
    answer(calls, await runForAll(contexts, run, options.spans));
  } catch (error) {
    if (calls.length === 1 || failsForAll(error)) {
      for (const call of calls) call.reject(error);
      return;
    }
    const middle = calls.length >> 1;
    await settleAll(options, calls.slice(0, middle));
    await settleAll(options, calls.slice(middle));
  }
};

/** Waiting calls, in lanes. A lane keeps its order; the lanes take turns. */
const createLanes = <T, R>({ queueMax, laneOf }: BatcherOptions<T, R>) => {
  const lanes = new Map<string, Call<T, R>[]>();
  const laneMax = laneOf === undefined ? queueMax : Math.ceil(queueMax / 2);
  let size = 0;
  return {
    get size() {
      return size;
    },
    /** False when there is no room. */
    add(call: Call<T, R>): boolean {
      const name = laneOf?.(call.item) ?? "";
      const lane = lanes.get(name) ?? [];
      if (size >= queueMax || lane.length >= laneMax) return false;
      lane.push(call);
      lanes.set(name, lane);
      size += 1;
      return true;
    },
    /** One call of each lane after the other, `max` at most; who had a turn goes to the end. */
    take(max: number): Call<T, R>[] {
      const taken: Call<T, R>[] = [];
      while (taken.length < max && lanes.size > 0) {
        for (const [name, lane] of [...lanes].slice(0, max - taken.length)) {
          const turn = lanes.size === 1 ? max - taken.length : 1;
          taken.push(...lane.splice(0, turn));
          lanes.delete(name);
          if (lane.length > 0) lanes.set(name, lane);
        }
      }
      size -= taken.length;
      return taken;
    },
  };
};

/**
 * Group commit: while one batch is in flight, the calls that arrive are collected, and the next batch takes them all
 * (`batchMax` at most). A single call waits for nobody; under load the cost of a commit is shared. Each call gets its
 * own outcome. Fails with `UNAVAILABLE` when too many calls wait already, and with whatever `run` fails with.
 */
export const createBatcher = <T, R>(options: BatcherOptions<T, R>): ((item: T) => Promise<R>) => {
  const { batchMax } = options;
  const waiting = createLanes(options);
  let running = false;

  const runAll = async () => {
    while (waiting.size > 0) await settleAll(options, waiting.take(batchMax));
    running = false;
  };

  return (item) => {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    if (!waiting.add({ item, context: currentRequest(), resolve, reject }))
      return Promise.reject(unavailable("Too much is going on just now: try again.", RETRY_AFTER_SECONDS));
    if (!running) {
      running = true;
      // A microtask later, so that calls of the same turn share the first batch.
      queueMicrotask(() => void runAll());
    }
    return promise;
  };
};
