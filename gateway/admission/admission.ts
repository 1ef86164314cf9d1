import { isKioskError, type KioskError, unavailable } from "../../shared/kernel/errors.ts";
import type { Metrics } from "../../shared/runtime/metrics.ts";
import { Bulkhead, type BulkheadOptions, type Stopwatch, systemStopwatch } from "./bulkhead.ts";
import { type CallClass, callClasses, holdsToTheEnd } from "./call-class.ts";
import { heldAnswer } from "./held-answer.ts";

/** More calls of one class than this are never under way at once, however fast they are. */
const CALLS_MAX = 1_024;
const QUEUE_MAX = 64;
/** Reads give way first where all of them wait for the same processor; whoever signs in or buys gives way last. */
const READ_PATIENCE_MS = 250;
const DEED_PATIENCE_MS = 1_000;

const reads: BulkheadOptions = { min: 8, max: CALLS_MAX, patienceMs: READ_PATIENCE_MS, queueMax: QUEUE_MAX };
const deeds: BulkheadOptions = { min: 16, max: CALLS_MAX, patienceMs: DEED_PATIENCE_MS, queueMax: QUEUE_MAX };
/** So many and no more, however long each takes. */
const fixed = (max: number, queueMax: number): BulkheadOptions => ({
  min: max,
  max,
  patienceMs: Number.POSITIVE_INFINITY,
  queueMax,
});

/** The places of each class. */
export const bulkheadOptions: Readonly<Record<CallClass, BulkheadOptions>> = {
  "sign-in": deeds,
  checkout: deeds,
  telegram: deeds,
  accounts: reads,
  catalogue: reads,
  stock: reads,
  orders: reads,
  notices: reads,
  operations: fixed(32, 32),
  // Each may hold 20 MB, and a service for a minute.
  files: fixed(8, 8),
  // Half of the requests that a process may have under way to other processes (BUN_CONFIG_MAX_HTTP_REQUESTS).
  streams: fixed(4_000, 0),
};

/** When whoever is refused may come again, in seconds: not all at the same moment. */
export const RETRY_AFTER_SECONDS = { least: 1, most: 3 } as const;

export const retryAfterSeconds = (random: () => number = Math.random): number =>
  RETRY_AFTER_SECONDS.least +
  Math.floor(random() * (RETRY_AFTER_SECONDS.most - RETRY_AFTER_SECONDS.least + 1));

export const BUSY_DETAIL = "More is asked of us just now than we can answer: try again in a moment.";

const busy = (): KioskError => unavailable(BUSY_DETAIL, retryAfterSeconds());

export interface Admission {
  /** True where a call of the class would be refused at once: a look that takes nothing. */
  isFull(callClass: CallClass): boolean;
  /** True where any class is full: to be asked before a call is looked at any closer. */
  readonly isAnyFull: boolean;
  /** Counts a call that was refused by `isFull` alone. */
  countRefused(callClass: CallClass): void;
  /**
   * Does the work in a place of the class, which is given back when the answer begins; for files and streams when it ends or the client is
   * `gone`.
   * Fails with `UNAVAILABLE` where there is no place within `QUEUE_WAIT_MS`, and as the work does.
   */
  admit(callClass: CallClass, work: () => Promise<Response>, gone?: AbortSignal): Promise<Response>;
}

const addMetrics = (metrics: Metrics, bulkheads: Readonly<Record<CallClass, Bulkhead>>): void => {
  for (const name of callClasses) {
    const bulkhead = bulkheads[name];
    const labels = { class: name };
    metrics.gauge(
      "gateway_places",
      "Calls of a class that may be under way at once",
      labels,
      () => bulkhead.limit,
    );
    metrics.gauge(
      "gateway_places_taken",
      "Calls of a class that are under way",
      labels,
      () => bulkhead.taken,
    );
    metrics.gauge(
      "gateway_calls_waiting",
      "Calls of a class that wait for a place",
      labels,
      () => bulkhead.waiting,
    );
    metrics.total(
      "gateway_calls_shed_total",
      "Calls that got no place, by class",
      labels,
      () => bulkhead.refused,
    );
  }
};

/** Lets calls in, each class by its own places, so that a flood of one takes none from another. */
export const createAdmission = (metrics: Metrics, time: Stopwatch = systemStopwatch): Admission => {
  const bulkheads = Object.fromEntries(
    callClasses.map((name) => [name, new Bulkhead(bulkheadOptions[name], time)]),
  ) as Record<CallClass, Bulkhead>;
  const all = Object.values(bulkheads);
  addMetrics(metrics, bulkheads);

  /** A late answer counts by how long it was waited for; one that failed at once says nothing of how much is too much. */
  const inPlace = async (bulkhead: Bulkhead, work: () => Promise<Response>): Promise<Response> => {
    const beganMs = time.nowMs();
    try {
      const response = await work();
      bulkhead.answered(time.nowMs() - beganMs);
      return response;
    } catch (error) {
      if (isKioskError(error, "TIMEOUT")) bulkhead.answered(time.nowMs() - beganMs);
      throw error;
    }
  };

  return {
    isFull: (callClass) => bulkheads[callClass].isFull,
    get isAnyFull() {
      return all.some((bulkhead) => bulkhead.isFull);
    },
    countRefused: (callClass) => bulkheads[callClass].countRefused(),
    async admit(callClass, work, gone) {
      const bulkhead = bulkheads[callClass];
      const entered = bulkhead.enter();
      if (!(typeof entered === "boolean" ? entered : await entered)) throw busy();
      let held = false;
      try {
        const response = await inPlace(bulkhead, work);
        if (!holdsToTheEnd(callClass)) return response;
        held = true;
        return heldAnswer(response, () => bulkhead.leave(), gone);
      } finally {
        if (!held) bulkhead.leave();
      }
    },
  };
};
