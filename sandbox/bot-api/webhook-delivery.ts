import type { PendingUpdate, WebhookSettings } from "../state/records.ts";
import { isoNow, type World } from "../state/world.ts";
import type { TimerHandle } from "../time.ts";
import { isToRepeat, pendingUpdates } from "./update-queue.ts";

/** How long Telegram waits for a webhook's answer. */
const ANSWER_TIMEOUT_MS = 60_000;
/** The first failure is retried at once; later ones wait 2 s, 4 s … up to this. */
const RETRY_LIMIT_MS = 60_000;
const FIRST_RETRY_MS = 1_000;
/** A longer `Retry-After` of the webhook is cut to an hour. */
const RETRY_AFTER_LIMIT_MS = 3_600_000;
const UPDATES_LOOKED_AT = 1_000;

export type WebhookFetch = (request: Request) => Promise<Response>;

/** One chat's queue: its updates go out one after the other, chats go out side by side. */
interface Lane {
  isBusy: boolean;
  failures: number;
  delayMs: number;
  retryTimer: TimerHandle | undefined;
}

/**
 * Delivers queued updates to the webhook after the official server's rules (WebhookActor.cpp): order kept per chat, at
 * most `max_connections` at once, a 2xx ends it, everything else is tried again until the update is 24 hours old.
 */
export function createWebhookDelivery(world: World, send: WebhookFetch): { stop(): void } {
  const lanes = new Map<number, Lane>();
  const stopping = new AbortController();

  const laneOf = (chatId: number): Lane => {
    const lane = lanes.get(chatId) ?? {
      isBusy: false,
      failures: 0,
      delayMs: FIRST_RETRY_MS,
      retryTimer: undefined,
    };
    lanes.set(chatId, lane);
    return lane;
  };

  const pump = () => {
    const webhook = world.webhook;
    if (webhook === null || stopping.signal.aborted) return;
    const seen = new Set<number>();
    for (const pending of pendingUpdates(world, UPDATES_LOOKED_AT)) {
      if (seen.has(pending.chatId)) continue;
      seen.add(pending.chatId);
      if ([...lanes.values()].filter((lane) => lane.isBusy).length >= webhook.maxConnections) return;
      const lane = laneOf(pending.chatId);
      if (!lane.isBusy && lane.retryTimer === undefined) void deliver(webhook, lane, pending);
    }
  };

  const deliver = async (webhook: WebhookSettings, lane: Lane, pending: PendingUpdate): Promise<void> => {
    lane.isBusy = true;
    const outcome = await attempt(world, send, webhook, pending, stopping.signal);
    lane.isBusy = false;
    if (stopping.signal.aborted) return;
    if (outcome.delivered) settle(lane, pending);
    else retryLater(webhook, lane, outcome);
    pump();
  };

  const settle = (lane: Lane, pending: PendingUpdate) => {
    Object.assign(lane, { failures: 0, delayMs: FIRST_RETRY_MS });
    const index = world.pendingUpdates.indexOf(pending);
    if (index >= 0 && !isToRepeat(pending)) world.pendingUpdates.splice(index, 1);
    world.changes.emit({ kind: "settings" });
  };

  const retryLater = (webhook: WebhookSettings, lane: Lane, failure: Failure) => {
    Object.assign(webhook, { lastErrorAt: isoNow(world), lastErrorMessage: failure.message });
    if (failure.retryAfterMs === 0 && lane.failures > 0)
      lane.delayMs = Math.min(RETRY_LIMIT_MS, lane.delayMs * 2);
    const waitMs = failure.retryAfterMs > 0 || lane.failures === 0 ? failure.retryAfterMs : lane.delayMs;
    lane.failures += 1;
    lane.retryTimer = world.timers.set(() => {
      lane.retryTimer = undefined;
      pump();
    }, waitMs);
    world.changes.emit({ kind: "settings" });
  };

  const unsubscribe = world.changes.subscribe((change) => {
    if (change.kind === "update") pump();
  });
  return {
    stop() {
      unsubscribe();
      stopping.abort();
      for (const lane of lanes.values()) world.timers.clear(lane.retryTimer);
    },
  };
}

interface Failure {
  delivered: false;
  message: string;
  retryAfterMs: number;
}

async function attempt(
  world: World,
  send: WebhookFetch,
  webhook: WebhookSettings,
  pending: PendingUpdate,
  stopped: AbortSignal,
): Promise<{ delivered: true } | Failure> {
  const deadline = new AbortController();
  const timer = world.timers.set(() => deadline.abort(), ANSWER_TIMEOUT_MS);
  try {
    const response = await untilAborted(
      send(webhookRequest(webhook, pending, AbortSignal.any([deadline.signal, stopped]))),
      deadline.signal,
    );
    if (response.ok) return { delivered: true };
    const retryAfterMs = Math.min(
      RETRY_AFTER_LIMIT_MS,
      secondsOf(response.headers.get("retry-after")) * 1_000,
    );
    const message = `Wrong response from the webhook: ${response.status} ${response.statusText}`.trim();
    return { delivered: false, message, retryAfterMs };
  } catch {
    const message = deadline.signal.aborted ? "Read timeout expired" : "Connection refused";
    return { delivered: false, message, retryAfterMs: 0 };
  } finally {
    world.timers.clear(timer);
  }
}

/** Settles as `work` does, or fails once the signal fires: a target that ignores its signal must not block a lane. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function webhookRequest(webhook: WebhookSettings, pending: PendingUpdate, signal: AbortSignal): Request {
  const headers = new Headers({ "content-type": "application/json" });
  if (webhook.secretToken !== "") headers.set("x-telegram-bot-api-secret-token", webhook.secretToken);
  return new Request(webhook.url, { method: "POST", headers, body: JSON.stringify(pending.update), signal });
}

function secondsOf(header: string | null): number {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
