import { ASKED_WAIT_MAX_SECONDS, type ChannelResult } from "./channel-result.ts";

/** Events that the shop posts, in families. `notification.*` are messages for people, to be handed on to their phones. */
export const orderWebhookEvents = [
  "order.confirmed",
  "order.rejected",
  "order.status-changed",
  "order.cancelled",
  "order.lines-changed",
] as const;
export const stockWebhookEvents = ["stock.low", "stock.restocked"] as const;
export const webhookEvents = [...orderWebhookEvents, ...stockWebhookEvents] as const;
export type WebhookEvent = (typeof webhookEvents)[number];
export const webhookPatterns = ["order.*", "stock.*", "notification.*", ...webhookEvents] as const;
export type WebhookPattern = (typeof webhookPatterns)[number];

/** What a test posts. It goes to every webhook, whatever it listens to. */
export const TEST_EVENT = "webhook.test";

/** The family that an event belongs to: `order.confirmed` → `order.*`. */
export const familyOf = (type: string): string => `${type.split(".", 1)[0]}.*`;

/** Webhooks of one shop: more is a mistake in a program. */
export const WEBHOOKS_MAX = 50;
/** How long the secret before signs beside the new one. */
export const PREVIOUS_SECRET_LIFE_MS = 24 * 3_600_000;
/** Calls to one webhook at once. */
export const CALLS_AT_ONCE = 4;

/** How calls to a webhook have gone of late. */
export interface WebhookHealth {
  /** Failures in a row. */
  readonly failures: number;
  readonly failingSince: Date | null;
  /** Nothing is sent before. */
  readonly pausedUntil: Date | null;
  readonly active: boolean;
  readonly offReason: OffReason | null;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly lastFailure: string | null;
}
export type OffReason = "gone" | "failing";

/** A webhook as it is stored; its secrets are derived from its id and the version. */
export interface Webhook extends WebhookHealth {
  readonly id: string;
  readonly url: string;
  readonly events: readonly WebhookPattern[];
  readonly description: string;
  readonly includePhone: boolean;
  readonly secretVersion: number;
  /** Until then the secret before signs as well. */
  readonly previousUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const freshHealth: WebhookHealth = {
  ...{ failures: 0, failingSince: null, pausedUntil: null, active: true, offReason: null },
  ...{ lastSuccessAt: null, lastFailureAt: null, lastFailure: null },
};

/** Failures in a row from which on one call at a time finds out whether it answers again. */
export const BREAKS_AFTER = 5;
const PAUSE_MS = { first: 5_000, most: 300_000 } as const;
/** It is switched off after so many failures in a row, if the first of them was so long ago. */
const OFF_AFTER = { failures: 20, ms: 24 * 3_600_000 } as const;

/** How long a webhook is left alone after its n-th failure in a row. */
const pauseMs = (failures: number): number =>
  failures < BREAKS_AFTER
    ? 0
    : Math.min(PAUSE_MS.most, PAUSE_MS.first * 2 ** Math.min(failures - BREAKS_AFTER, 16));

const later = (a: Date | null, b: Date): Date => (a !== null && a > b ? a : b);

/**
 * How a webhook does after a call. A receiver that answers something else than 2xx fails; one that says 410 is switched off, and so is one
 * that has taken nothing for a day.
 */
export const afterCall = (health: WebhookHealth, result: ChannelResult, now: Date): WebhookHealth => {
  if (result.kind === "suppressed" || result.kind === "unready") return health;
  if (result.kind === "sent")
    return { ...health, failures: 0, failingSince: null, pausedUntil: null, lastSuccessAt: now };
  const failures = health.failures + 1;
  const failingSince = health.failingSince ?? now;
  const failing = { ...health, failures, failingSince, lastFailureAt: now, lastFailure: result.reason };
  const isFailing = failures >= OFF_AFTER.failures && now.getTime() - failingSince.getTime() >= OFF_AFTER.ms;
  if (health.active && (result.kind === "gone" || isFailing))
    return { ...failing, active: false, offReason: result.kind === "gone" ? "gone" : "failing" };
  const askedSeconds = result.kind === "retry" ? (result.afterSeconds ?? 0) : 0;
  const askedMs = Math.min(askedSeconds, ASKED_WAIT_MAX_SECONDS) * 1_000;
  const waitMs = Math.max(pauseMs(failures), askedMs);
  if (waitMs === 0) return failing;
  return { ...failing, pausedUntil: later(health.pausedUntil, new Date(now.getTime() + waitMs)) };
};

/** What an HTTP answer of a receiver means. Redirects are none: who has moved says so here. */
export const classifyAnswer = (status: number, retryAfterSeconds: number | null): ChannelResult => {
  const reason = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { kind: "sent" };
  if (status === 410) return { kind: "gone", reason };
  return {
    kind: "retry",
    reason,
    afterSeconds: status === 429 || status === 503 ? retryAfterSeconds : null,
  };
};
