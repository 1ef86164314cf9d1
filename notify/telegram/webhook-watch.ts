import type { Api } from "grammy";
import type { Lease } from "../../shared/outbox/lease.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import { pause } from "../../shared/runtime/retry.ts";
import { describeError } from "./failure.ts";

/** How often Telegram is asked; the numbers are as old at most. */
const ASK_EVERY_MS = 60_000;
/** Longer than from one question to the next, so that one instance goes on asking. */
export const WEBHOOK_WATCH_LEASE_MS = 150_000;

/** How the webhook does, as Telegram sees it (Bot API, WebhookInfo). */
export interface WebhookStanding {
  /** Updates that wait to be brought. */
  readonly pendingUpdates: number;
  /** When bringing one failed last, in seconds since 1970; 0 where it never has. */
  readonly lastErrorAt: number;
}

export interface WebhookWatchOptions {
  readonly api: Pick<Api, "getWebhookInfo">;
  /** Of several instances one asks. */
  readonly lease: Pick<Lease, "take" | "release">;
  readonly log: Logger;
  readonly everyMs?: number;
}

/** Asks Telegram every minute how the webhook does. */
export const createWebhookWatch = ({ api, lease, log, everyMs = ASK_EVERY_MS }: WebhookWatchOptions) => {
  const stopping = new AbortController();
  let standing: WebhookStanding | null = null;
  let running: Promise<void> | undefined;

  const ask = async (): Promise<WebhookStanding | null> => {
    try {
      if (!(await lease.take())) return null;
      const info = await api.getWebhookInfo();
      return { pendingUpdates: info.pending_update_count, lastErrorAt: info.last_error_date ?? 0 };
    } catch (error) {
      log.warn("Telegram was not asked how the webhook does", { reason: describeError(error) });
      return null;
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      standing = await ask();
      await pause(everyMs, stopping.signal);
    }
    await lease.release().catch(() => undefined);
  };

  return {
    /** What Telegram said last; null where another instance asks, and while nobody knows. */
    standing: () => standing,
    start() {
      running ??= loop();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
};
