import { backoffCeilingMs } from "./backoff.ts";
import type { OtherChannel } from "./channel.ts";
import { type Delivery, postponed, type Settlement } from "./delivery.ts";

/** What became of a mail, or of a call of a webhook. `reason` is for the record and holds no secret and no address. */
export type ChannelResult =
  | { readonly kind: "sent" }
  /** Surely not taken, and it may go better later; after so many seconds where the receiver says when. */
  | { readonly kind: "retry"; readonly reason: string; readonly afterSeconds: number | null }
  /** It was handed to nobody: what it needs cannot be had now. That says nothing about the receiver. */
  | { readonly kind: "unready"; readonly reason: string }
  /** Refused for good. */
  | { readonly kind: "refused"; readonly reason: string }
  /** There is no such mailbox, or the webhook wants nothing any more: neither this nor anything else. */
  | { readonly kind: "gone"; readonly reason: string }
  /** It may have been taken. */
  | { readonly kind: "unknown"; readonly reason: string }
  /** There is nobody to tell. */
  | { readonly kind: "suppressed"; readonly reason: string };

/** How a channel tries again. */
interface Persistence {
  readonly baseMs: number;
  readonly ceilingMs: number;
  readonly attemptsMax: number;
  /** Whether the receiver knows by an id what it gets twice: only then is what may have arrived sent again. */
  readonly idempotent: boolean;
}

/**
 * Mail servers that ask to wait mean minutes (greylisting, RFC 6647). A webhook is tried after a second, then more and more seldom for
 * a day, which is as long as a message lives.
 */
export const persistence: Readonly<Record<OtherChannel, Persistence>> = {
  email: { baseMs: 60_000, ceilingMs: 1_800_000, attemptsMax: 40, idempotent: false },
  webhook: { baseMs: 1_000, ceilingMs: 3_600_000, attemptsMax: 60, idempotent: true },
};

/** The longest that a receiver may ask for: what is said to be due in a month will not be sent at all. */
export const ASKED_WAIT_MAX_SECONDS = 6 * 3_600;

const ended = (state: Settlement["state"], reason: string | null): Settlement => ({
  ...{ state, reason },
  ...{ telegramMessageId: null, nextAt: null },
});

export interface SettleOptions {
  readonly now: Date;
  /** Spreads those that wait: in [0, 1). */
  readonly random: number;
}

/** Half of the wait is sure and half is chance, so that what failed together does not come back together. */
const delayMs = ({ baseMs, ceilingMs }: Persistence, attempts: number, random: number): number =>
  backoffCeilingMs({ baseMs, ceilingMs }, attempts) * (0.5 + random / 2);

/** What a result means for a delivery on another channel than the bot's; its `attempts` counts this one. */
export const settleOther = (
  delivery: Delivery,
  channel: OtherChannel,
  result: ChannelResult,
  { now, random }: SettleOptions,
): Settlement => {
  const rules = persistence[channel];
  const again = (reason: string, afterSeconds: number | null): Settlement => {
    if (delivery.attempts >= rules.attemptsMax) return ended("failed", reason);
    const askedMs = Math.min(afterSeconds ?? 0, ASKED_WAIT_MAX_SECONDS) * 1_000;
    return postponed(delivery, Math.max(askedMs, delayMs(rules, delivery.attempts, random)), reason, now);
  };
  switch (result.kind) {
    case "sent":
      return ended("sent", null);
    case "retry":
      return again(result.reason, result.afterSeconds);
    case "unready":
      return again(result.reason, null);
    case "unknown":
      return rules.idempotent ? again(result.reason, null) : ended("unknown", result.reason);
    case "refused":
    case "gone":
      return ended("failed", result.reason);
    case "suppressed":
      return ended("suppressed", result.reason);
    default:
      return result satisfies never;
  }
};
