import { backoffCeilingMs } from "./backoff.ts";
import type { Channel } from "./channel.ts";
import type { Notice } from "./notice.ts";
import type { SendResult } from "./send-result.ts";

export const deliveryClasses = ["transactional", "admin_alert", "broadcast"] as const;
export type DeliveryClass = (typeof deliveryClasses)[number];

export const deliveryStates = [
  "pending",
  "sending",
  "sent",
  "failed",
  "unknown",
  "suppressed",
  "expired",
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One notice to one person. */
export interface Delivery {
  readonly id: string;
  readonly userId: string;
  readonly class: DeliveryClass;
  readonly channel: Channel;
  readonly notice: Notice;
  readonly state: DeliveryState;
  /** Times that it was handed over, or tried to. */
  readonly attempts: number;
  readonly telegramMessageId: number | null;
  /** Why it is in this state, where that is not obvious. */
  readonly reason: string | null;
  /** Not tried before. */
  readonly nextAt: Date;
  /** Not sent after: old news is worse than none. */
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** How long a message is worth sending. */
export const LIFE_MS: Readonly<Record<DeliveryClass, number>> = {
  transactional: 24 * 3_600_000,
  admin_alert: 6 * 3_600_000,
  /** Longer than any quiet hours. */
  broadcast: 24 * 3_600_000,
};

/** Where the shop wants it, a message of which nobody knows whether it arrived is sent once more after so long. */
export const RESEND_UNKNOWN_AFTER_MS = 30_000;

/** What must not happen twice: one event, one person, one template. */
export const dedupeKeyOf = (eventId: string, userId: string, notice: Notice): string =>
  `${eventId}:${userId}:${notice.template}`;

/** How a claimed delivery ends, or goes back to wait. */
export interface Settlement {
  readonly state: Exclude<DeliveryState, "sending">;
  readonly reason: string | null;
  readonly telegramMessageId: number | null;
  /** When a pending one is tried again. */
  readonly nextAt: Date | null;
}

const RETRY = { baseMs: 1_000, ceilingMs: 60_000 } as const;

/** 1 s, doubling to 60 s. `attempts` counts from 1. */
export const retryDelayMs = (attempts: number): number => backoffCeilingMs(RETRY, attempts);

const ended = (state: Settlement["state"], reason: string | null): Settlement => ({
  state,
  reason,
  telegramMessageId: null,
  nextAt: null,
});

export const suppressed = (reason: string): Settlement => ended("suppressed", reason);

/** The person does not want to be told of it. */
export const SWITCHED_OFF = "switched off by the person";
/** The person has stopped the bot. */
export const BOT_BLOCKED = "the bot is blocked";
/** The broadcast that it belongs to ended before its turn: nobody sends it again. */
export const BROADCAST_CANCELLED = "the broadcast was cancelled";
/** The person has had enough of alerts of this SKU for a while. */
export const SNOOZED = "snoozed by the person";
/** It waits for the end of the quiet hours. */
export const QUIET_HOURS = "quiet hours";

/** Back to wait, or expired where the wait would outlast the message's life. */
export const postponed = (delivery: Delivery, delayMs: number, reason: string, now: Date): Settlement => {
  const nextAt = new Date(now.getTime() + delayMs);
  if (nextAt >= delivery.expiresAt) return ended("expired", reason);
  return { state: "pending", reason, telegramMessageId: null, nextAt };
};

/**
 * What a result means for the delivery. `idempotent` says that the call was an edit: one whose outcome is unknown may be
 * repeated, which a new message must never be.
 */
export const settle = (
  delivery: Delivery,
  result: SendResult,
  { now, idempotent }: { readonly now: Date; readonly idempotent: boolean },
): Settlement => {
  switch (result.kind) {
    case "sent":
      return { state: "sent", reason: null, telegramMessageId: result.messageId, nextAt: null };
    case "not-modified":
      return ended("sent", null);
    case "retry":
      return postponed(delivery, retryDelayMs(delivery.attempts), result.reason, now);
    case "wait":
      return postponed(delivery, result.seconds * 1000, result.reason, now);
    case "unknown":
      return idempotent
        ? postponed(delivery, retryDelayMs(delivery.attempts), result.reason, now)
        : ended("unknown", result.reason);
    case "unreachable":
    case "migrated":
    case "lost-message":
    case "unparsable":
    case "refused":
      return ended("failed", result.reason);
    default:
      return result satisfies never;
  }
};

/** What staff may send again; what was sent, is under way or belonged to a broadcast that was cancelled is none of it. */
export const isRetryable = ({ state, reason }: Pick<Delivery, "state" | "reason">): boolean =>
  reason !== BROADCAST_CANCELLED &&
  (state === "failed" || state === "unknown" || state === "suppressed" || state === "expired");
