/**
 * The stable codes of everything that can go wrong in front of a client. A code is a promise: it is never
 * renamed. How a code becomes an HTTP status is known to `shared/http/problem.ts` alone.
 */
export const errorCodes = [
  "VALIDATION",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "STEP_UP_REQUIRED",
  "NOT_FOUND",
  "CONFLICT",
  "OUT_OF_STOCK",
  "VERSION_MISMATCH",
  "IDEMPOTENCY_MISMATCH",
  "RATE_LIMITED",
  "OTP_INVALID",
  "OTP_TOO_MANY",
  "TRY_LATER",
  "PAYLOAD_TOO_LARGE",
  "REQUEST_TIMEOUT",
  "URI_TOO_LONG",
  "UNSUPPORTED_MEDIA_TYPE",
  "UNAVAILABLE",
  "TIMEOUT",
  "INTERNAL",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** One field that is wrong: a JSON pointer into the input (RFC 6901) and the rule that it broke. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

export interface KioskErrorDetails {
  /** The fields at fault, for `VALIDATION`. */
  readonly errors?: readonly FieldError[];
  /** When to come back, for `RATE_LIMITED`, `TRY_LATER`, `UNAVAILABLE` and a `CONFLICT` that passes. */
  readonly retryAfterSeconds?: number;
  /** Further members of the answer, such as the short lines of an order. Safe to show to the client. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An expected failure. Its message is written for the client and must hold no secret. */
export class KioskError extends Error {
  override readonly name = "KioskError";
  readonly details: KioskErrorDetails;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: KioskErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.details = details;
  }
}

export const notFound = (what: string): KioskError =>
  new KioskError("NOT_FOUND", `There is no such ${what}.`);

export const conflict = (message: string): KioskError => new KioskError("CONFLICT", message);

export const forbidden = (message = "You may not do this."): KioskError =>
  new KioskError("FORBIDDEN", message);

export const unauthenticated = (message = "Sign in first: send a valid access token."): KioskError =>
  new KioskError("UNAUTHENTICATED", message);

export const invalid = (pointer: string, message: string): KioskError =>
  new KioskError("VALIDATION", "The input does not fit.", { errors: [{ pointer, message }] });

export const versionMismatch = (): KioskError =>
  new KioskError(
    "VERSION_MISMATCH",
    "It has changed since you read it: read it again, then repeat the change.",
  );

/** Fails with `VERSION_MISMATCH` where a caller has seen another version than it has, 0 while it is not there; null: whatever it is. */
export const assertVersion = (expected: number | null, version = 0): void => {
  if (expected !== null && expected !== version) throw versionMismatch();
};

export const unavailable = (message: string, retryAfterSeconds = 1, cause?: unknown): KioskError =>
  new KioskError("UNAVAILABLE", message, { retryAfterSeconds, cause });

export const isKioskError = (error: unknown, code?: ErrorCode): error is KioskError =>
  error instanceof KioskError && (code === undefined || error.code === code);
