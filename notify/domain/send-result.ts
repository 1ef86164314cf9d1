/** How a call of the Bot API failed, as plain facts. */
export type CallFailure =
  | {
      readonly kind: "answer";
      /** `error_code` of the answer. */
      readonly status: number;
      readonly description: string;
      readonly retryAfterSeconds: number | null;
      /** The chat's id from now on, where it has become another. */
      readonly migratedTo?: number | undefined;
    }
  /** No answer that could be read; `code` is the socket's, such as `ECONNREFUSED`. */
  | { readonly kind: "no-answer"; readonly code: string | null };

/** What became of a message that was handed to Telegram. `reason` is for the record and holds no secret. */
export type SendResult =
  | { readonly kind: "sent"; readonly messageId: number }
  /** Surely not sent, and it may go better in a moment. */
  | { readonly kind: "retry"; readonly reason: string }
  /** Surely not sent, and not to be tried before so many seconds. */
  | { readonly kind: "wait"; readonly seconds: number; readonly reason: string }
  /** The person cannot be written to any more. */
  | { readonly kind: "unreachable"; readonly reason: string }
  /** The chat has this id from now on: a group that became a supergroup. */
  | { readonly kind: "migrated"; readonly chatId: number; readonly reason: string }
  /** The message that was to be edited is gone. */
  | { readonly kind: "lost-message"; readonly reason: string }
  /** An edit that changes nothing: as good as done. */
  | { readonly kind: "not-modified" }
  /** Telegram could not read our markup. */
  | { readonly kind: "unparsable"; readonly reason: string }
  /** Refused for good. */
  | { readonly kind: "refused"; readonly reason: string }
  /** It may have been sent: the Bot API has no idempotency key, so nobody can ask. */
  | { readonly kind: "unknown"; readonly reason: string };

export type FailedSend = Exclude<SendResult, { kind: "sent" }>;

/** A 429 that does not say how long. */
const DEFAULT_WAIT_SECONDS = 5;
/** A token that is refused is a person's work; asking more often does not help. */
const UNAUTHORIZED_WAIT_SECONDS = 60;

/** Socket errors from before the request left: nothing can have been sent. */
const NEVER_LEFT = new Set(["ECONNREFUSED", "ConnectionRefused", "ENOTFOUND", "EAI_AGAIN"]);

const DESCRIPTIONS: readonly { status: number; pattern: RegExp; kind: FailedSend["kind"] }[] = [
  { status: 400, pattern: /message is not modified/i, kind: "not-modified" },
  {
    status: 400,
    pattern: /message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i,
    kind: "lost-message",
  },
  { status: 400, pattern: /can't parse entities/i, kind: "unparsable" },
  { status: 400, pattern: /chat not found|PEER_ID_INVALID/i, kind: "unreachable" },
  { status: 403, pattern: /./, kind: "unreachable" },
];

const ofAnswer = (failure: Extract<CallFailure, { kind: "answer" }>): FailedSend => {
  const { status, description: reason, retryAfterSeconds, migratedTo } = failure;
  if (status === 429) return { kind: "wait", seconds: retryAfterSeconds ?? DEFAULT_WAIT_SECONDS, reason };
  if (status === 401) return { kind: "wait", seconds: UNAUTHORIZED_WAIT_SECONDS, reason };
  if (migratedTo !== undefined) return { kind: "migrated", chatId: migratedTo, reason };
  if (status >= 500) return { kind: "unknown", reason };
  const known = DESCRIPTIONS.find((entry) => entry.status === status && entry.pattern.test(reason));
  switch (known?.kind) {
    case "not-modified":
      return { kind: "not-modified" };
    case "lost-message":
    case "unparsable":
    case "unreachable":
      return { kind: known.kind, reason };
    default:
      return { kind: "refused", reason };
  }
};

/**
 * Says what a failed call means (wordings of the official server, Client.cpp). Whatever is not known to have been
 * refused counts as unknown and is never repeated by itself: Telegram is known to deliver messages whose answer was lost.
 */
export const classifyFailure = (failure: CallFailure): FailedSend => {
  if (failure.kind === "answer") return ofAnswer(failure);
  const code = failure.code ?? "no answer";
  return NEVER_LEFT.has(code) ? { kind: "retry", reason: code } : { kind: "unknown", reason: code };
};
