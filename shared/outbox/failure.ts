import { DrizzleQueryError } from "drizzle-orm";
import { isKioskError } from "../kernel/errors.ts";
import { sqlState, sqlStates } from "../ports/sql-state.ts";

const MAX_REASON_CHARACTERS = 500;
const MAX_CAUSES = 10;

/**
 * True when the database (or what else the work needed) cannot be reached or is contended, as the `Database` port
 * says it: repeating later is right, and the message is not to blame.
 */
export const isAway = (error: unknown): boolean => isKioskError(error, "UNAVAILABLE");

const CONTENTION: ReadonlySet<string | undefined> = new Set([
  sqlStates.lockNotAvailable,
  sqlStates.deadlockDetected,
  sqlStates.serializationFailure,
]);

/** True when others were in the way (a lock, a deadlock), also after the transaction's own repeats. */
export const isContended = (error: unknown): boolean => CONTENTION.has(sqlState(error));

/** True when a statement was refused since an earlier one of the transaction failed: that one is to blame. */
export const isInFailedTransaction = (error: unknown): boolean => sqlState(error) === "25P02";

/**
 * Why something failed, fit for a log and a table. drizzle's own message is SQL with its parameters, so the
 * cause below it speaks.
 */
export const reasonOf = (error: unknown): string => {
  let speaking = error;
  for (let depth = 0; speaking instanceof DrizzleQueryError && depth < MAX_CAUSES; depth++) {
    speaking = speaking.cause ?? "a database statement failed";
  }
  const text = speaking instanceof Error ? `${speaking.name}: ${speaking.message}` : String(speaking);
  return text.replaceAll("\0", "").slice(0, MAX_REASON_CHARACTERS);
};
