import { DrizzleQueryError } from "drizzle-orm";
import { KioskError, unavailable } from "../kernel/errors.ts";
import { sqlState, sqlStates } from "../ports/sql-state.ts";

const RETRY_AFTER_SECONDS = 1;

/** Class 08 is connection exception; the others are a server that stops, starts or has no slot left. */
const CONNECTION_STATES = new Set(["57P01", "57P02", "57P03", "57P05", "53300"]);

const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** What pg 8.23 and pg-pool 3.14 say of a connection that is gone or not to be had: they give these no code. */
const CONNECTION_MESSAGES =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Cannot use a pool|Socket is closed|Connection closed|write after end|This socket has been ended)/i;

/** True when the connection, rather than the statement, failed: nothing more can be done on that client. */
export function isConnectionFailure(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) {
    return state.startsWith("08") || CONNECTION_STATES.has(state);
  }
  if (!(error instanceof Error)) {
    return false;
  }
  const code: unknown = Reflect.get(error, "code");
  return (
    (typeof code === "string" && NETWORK_CODES.has(code)) ||
    CONNECTION_MESSAGES.test(error.message) ||
    (error.cause !== undefined && isConnectionFailure(error.cause))
  );
}

/**
 * True for what is worth repeating as a whole: a serialization failure, a deadlock, and a lock that was not had in
 * time. The last one stands for deadlocks too, which PostgreSQL looks for only after deadlock_timeout (1 s by default).
 */
export function isRepeatable(error: unknown): boolean {
  const state = sqlState(error);
  return (
    state === sqlStates.serializationFailure ||
    state === sqlStates.deadlockDetected ||
    state === sqlStates.lockNotAvailable
  );
}

export const databaseUnreachable = (cause: unknown): KioskError =>
  unavailable("The database cannot be reached just now: try again shortly.", RETRY_AFTER_SECONDS, cause);

export const databaseContended = (cause: unknown): KioskError =>
  unavailable("Too many changes met at the same place: try again shortly.", RETRY_AFTER_SECONDS, cause);

export const commitUnknown = (cause: unknown): KioskError =>
  unavailable(
    "The database went away during the commit, so the change may have been made or not: repeat it with the same key.",
    RETRY_AFTER_SECONDS,
    cause,
  );

/**
 * What a caller gets to see of a failed statement. drizzle's own error is taken off, since its message holds the SQL
 * with its parameters. A lost connection and a lock that was not to be had become `UNAVAILABLE`, a statement that took
 * too long becomes `TIMEOUT`, both with PostgreSQL's error as the cause; any other keeps its SQLSTATE and constraint.
 */
export function toFailure(error: unknown): unknown {
  const bare = error instanceof DrizzleQueryError && error.cause !== undefined ? error.cause : error;
  if (bare instanceof KioskError) {
    return bare;
  }
  removeValues(bare);
  if (isConnectionFailure(bare)) {
    return databaseUnreachable(bare);
  }
  switch (sqlState(bare)) {
    case sqlStates.lockNotAvailable:
      return databaseContended(bare);
    case sqlStates.queryCanceled:
      return new KioskError("TIMEOUT", "The database took too long to answer.", { cause: bare });
    default:
      return bare;
  }
}

/** PostgreSQL puts values of the row into these fields ("Key (phone)=(+49…) already exists"); logs must not. */
function removeValues(error: unknown): void {
  if (!(error instanceof Error) || sqlState(error) === undefined) {
    return;
  }
  for (const field of ["detail", "where", "internalQuery"]) {
    Reflect.deleteProperty(error, field);
  }
}
