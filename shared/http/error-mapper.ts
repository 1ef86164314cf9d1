import { Elysia, ValidationError } from "elysia";
import { type FieldError, isKioskError, KioskError } from "../kernel/errors.ts";
import type { Logger } from "../ports/logger.ts";
import { currentRequest } from "../runtime/request-context.ts";
import { loggedPath } from "./logged-path.ts";
import { problemResponse } from "./problem.ts";

/** At most so many wrong fields are told of at once. */
const FIELD_ERRORS_MAX = 20;
/** A pointer holds names that a client chose: so much of it is told back, in characters. */
const POINTER_MAX = 200;

/**
 * Which fields broke which rule, without the values that were sent (Elysia's own answer echoes them).
 */
const fieldErrors = (error: ValidationError): FieldError[] => {
  const seen = new Map<string, string>();
  for (const issue of error.all) {
    if (!("path" in issue) || seen.size >= FIELD_ERRORS_MAX) continue;
    // Numbers in a query are checked apart, and only then does Elysia call the place "property".
    const pointer = `/${error.type === "property" ? "query" : error.type}${issue.path}`.slice(0, POINTER_MAX);
    if (!seen.has(pointer)) seen.set(pointer, ruleOf(issue));
  }
  return [...seen].map(([pointer, message]) => ({ pointer, message }));
};

/** TypeBox's words for a rule name the rule, never the value. */
const ruleOf = (issue: { message?: string; schema?: { error?: unknown } }): string =>
  typeof issue.schema?.error === "string" ? issue.schema.error : (issue.message ?? "is not valid");

/** Turns whatever was thrown into an error that may be shown; anything unexpected becomes a bare `INTERNAL`. */
const toKioskError = (error: unknown, code: string | number | undefined): KioskError => {
  if (isKioskError(error)) return error;
  if (error instanceof ValidationError && error.type !== "response") {
    return new KioskError("VALIDATION", "The input does not fit the schema of this route.", {
      errors: fieldErrors(error),
    });
  }
  if (code === "PARSE")
    return new KioskError("VALIDATION", "The body is not valid JSON.", {
      errors: [{ pointer: "/body", message: "Expected JSON" }],
    });
  if (code === "NOT_FOUND") return new KioskError("NOT_FOUND", "There is nothing at this address.");
  return new KioskError(
    "INTERNAL",
    "Something went wrong on our side. Quote the request id when you report it.",
    { cause: error },
  );
};

/** The first plugin of every service: every failure leaves as problem+json, and what was not expected is logged. */
export const errorMapper = (log: Logger) =>
  new Elysia().onError({ as: "scoped" }, ({ error, code, request }) => {
    const requestId = currentRequest()?.requestId ?? "unknown";
    const shown = toKioskError(error, code);
    if (shown.code === "INTERNAL") {
      log.error("request failed", {
        error: shown.details.cause ?? error,
        method: request.method,
        path: loggedPath(new URL(request.url).pathname),
      });
    }
    return problemResponse(shown, requestId);
  });
