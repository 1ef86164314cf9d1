import { isKioskError } from "../shared/kernel/errors.ts";
import { sqlState, sqlStates } from "../shared/ports/sql-state.ts";
import { backoffMs, pause } from "../shared/runtime/retry.ts";
import type { UntilStored } from "./usecases/ports.ts";

const BACKOFF = { baseMs: 100, ceilingMs: 2_000 };
/** A database that is away for longer takes the knowledge of what was sent with it. */
const PATIENCE_MS = 10 * 60_000;

/** Nothing was written, and the next time others are not in the way. */
const PASSING: readonly (string | undefined)[] = [
  sqlStates.serializationFailure,
  sqlStates.deadlockDetected,
  sqlStates.lockNotAvailable,
  sqlStates.queryCanceled,
];

const passes = (error: unknown): boolean =>
  isKioskError(error, "UNAVAILABLE") || PASSING.includes(sqlState(error));

/** Repeats while the database cannot be reached or is too busy, until `stopping` aborts. Any other failure is not repeated. */
export const createUntilStored =
  (stopping: AbortSignal, patienceMs = PATIENCE_MS): UntilStored =>
  async (store) => {
    const endsAt = performance.now() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await store();
      } catch (error) {
        const isOver = stopping.aborted || performance.now() > endsAt;
        if (isOver || !passes(error)) throw error;
        await pause(backoffMs(BACKOFF, attempt), stopping);
      }
    }
  };
