import { GrammyError, HttpError } from "grammy";
import { reasonOf } from "../../shared/outbox/failure.ts";
import type { CallFailure } from "../domain/send-result.ts";

/** A socket error and what wraps it, at most so deep. */
const CAUSES_MAX = 4;

/** The socket's code, else the kind of error: `SyntaxError` for a proxy's page instead of JSON. */
const codeOf = (error: unknown): string | null => {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth += 1) {
    const code: unknown = Reflect.get(current, "code");
    if (typeof code === "string") return code;
    current = current.cause;
  }
  return error instanceof Error ? error.name : null;
};

/**
 * The facts of a failed Bot API call. The error itself must go no further: its address holds the token, and its payload
 * what was to be sent.
 */
export const failureOf = (error: unknown): CallFailure => {
  if (error instanceof GrammyError) {
    // JSON of somebody else, such as a proxy in between: nothing is known of what became of the call.
    if (typeof error.error_code !== "number") return { kind: "no-answer", code: "NOT_THE_BOT_API" };
    return {
      kind: "answer",
      status: error.error_code,
      description: error.description,
      retryAfterSeconds: error.parameters.retry_after ?? null,
      migratedTo: error.parameters.migrate_to_chat_id,
    };
  }
  return { kind: "no-answer", code: codeOf(error instanceof HttpError ? error.error : error) };
};

/** One line for a log, without anything secret. */
export const describeFailure = (failure: CallFailure): string =>
  failure.kind === "answer"
    ? `${failure.status} ${failure.description}`
    : `no answer (${failure.code ?? "unknown"})`;

/** True for what grammY throws when a Bot API call fails. */
export const isTelegramError = (error: unknown): boolean =>
  error instanceof GrammyError || error instanceof HttpError;

/** Why something failed that needs Telegram and the database, and which of them it was: one line for a log, without anything secret. */
export const describeError = (error: unknown): string =>
  isTelegramError(error) ? describeFailure(failureOf(error)) : reasonOf(error);
