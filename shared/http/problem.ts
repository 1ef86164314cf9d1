import type { ErrorCode, KioskError } from "../kernel/errors.ts";

/** The one place that knows which HTTP status a code has. */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  VALIDATION: 422,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  STEP_UP_REQUIRED: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  OUT_OF_STOCK: 409,
  VERSION_MISMATCH: 412,
  IDEMPOTENCY_MISMATCH: 422,
  RATE_LIMITED: 429,
  OTP_INVALID: 401,
  OTP_TOO_MANY: 429,
  TRY_LATER: 429,
  PAYLOAD_TOO_LARGE: 413,
  REQUEST_TIMEOUT: 408,
  URI_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
  INTERNAL: 500,
};

const titles: Readonly<Record<ErrorCode, string>> = {
  VALIDATION: "The input does not fit",
  UNAUTHENTICATED: "Not signed in",
  FORBIDDEN: "Not allowed",
  STEP_UP_REQUIRED: "A fresh code is needed",
  NOT_FOUND: "Not found",
  CONFLICT: "In conflict with the present state",
  OUT_OF_STOCK: "Out of stock",
  VERSION_MISMATCH: "Changed in the meantime",
  IDEMPOTENCY_MISMATCH: "Idempotency key used for another request",
  RATE_LIMITED: "Too many requests",
  OTP_INVALID: "The code is wrong or has expired",
  OTP_TOO_MANY: "Too many attempts",
  TRY_LATER: "Try again later",
  PAYLOAD_TOO_LARGE: "Too large",
  REQUEST_TIMEOUT: "Did not arrive in time",
  URI_TOO_LONG: "The address is too long",
  UNSUPPORTED_MEDIA_TYPE: "Not a media type that is read here",
  UNAVAILABLE: "Not available just now",
  TIMEOUT: "Took too long",
  INTERNAL: "Something went wrong",
};

export const PROBLEM_CONTENT_TYPE = "application/problem+json";

/** The body of the answer to an error: RFC 9457 problem details, and nothing but what a KioskError carries on purpose. */
export const problemText = ({ code, message, details }: KioskError, requestId: string): string =>
  JSON.stringify({
    ...details.extensions,
    type: `https://kiosk.example/problems/${code.toLowerCase().replaceAll("_", "-")}`,
    title: titles[code],
    status: statusOf[code],
    detail: message,
    code,
    requestId,
    ...(details.errors === undefined ? {} : { errors: details.errors }),
  });

/** An error as RFC 9457 problem details. */
export const problemResponse = (error: KioskError, requestId: string): Response => {
  const { code, details } = error;
  const headers = new Headers({
    "content-type": PROBLEM_CONTENT_TYPE,
    "x-request-id": requestId,
    "cache-control": "no-store",
  });
  if (details.retryAfterSeconds !== undefined)
    headers.set("retry-after", String(Math.max(1, Math.ceil(details.retryAfterSeconds))));
  if (code === "UNAUTHENTICATED") headers.set("www-authenticate", 'Bearer realm="kiosk"');
  return new Response(problemText(error, requestId), { status: statusOf[code], headers });
};
