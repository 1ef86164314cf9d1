import type { Api } from "grammy";
import type { Lease } from "../../shared/outbox/lease.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import { backoffMs, pause } from "../../shared/runtime/retry.ts";
import { describeError, failureOf } from "./failure.ts";
import type { BotIdentity } from "./identity.ts";
import type { UpdateIntake } from "./update-intake.ts";
import { createUpdateSource } from "./update-source.ts";

/** After a failure; after a conflict with another poller. The pause is at least half of the ceiling reached. */
const FAILURE_BACKOFF = { baseMs: 1_000, ceilingMs: 60_000 };
const CONFLICT_BACKOFF = { baseMs: 5_000, ceilingMs: 60_000 };
/** How long an instance that died keeps the others from polling, and how often one that lives says so. */
export const POLLER_LEASE_MS = 10_000;
const LEASE_LOOK_MS = 3_000;
/** How often an instance without the lease looks again, and how often a foreign webhook is looked for. */
const STANDBY_MS = 2_500;
const WEBHOOK_RECHECK_MS = 60_000;

export interface PollingOptions {
  /** A client whose timeout is longer than a poll. */
  readonly api: Api;
  readonly identity: BotIdentity;
  readonly intake: Pick<UpdateIntake, "take">;
  /** Who has it polls. */
  readonly lease: Pick<Lease, "held" | "take" | "release">;
  /** Take a bot over whose webhook is set: ends the webhook. */
  readonly takeover: boolean;
  readonly log: Logger;
  /** Counts polls that another consumer ended. */
  readonly onConflict: () => void;
}

export interface Polling {
  start(): void;
  stop(): Promise<void>;
}

type Turn = "polled" | "standby" | "foreign-webhook";

const statusOf = (error: unknown): number | null => {
  const failure = failureOf(error);
  return failure.kind === "answer" ? failure.status : null;
};

/** Half of the ceiling at least, so that a poller that is refused does not hammer. */
const steadyBackoffMs = (backoff: typeof FAILURE_BACKOFF, failures: number): number => {
  const ceilingMs = Math.min(backoff.ceilingMs, backoff.baseMs * 2 ** Math.min(failures - 1, 16));
  return ceilingMs / 2 + backoffMs({ baseMs: ceilingMs / 2, ceilingMs: ceilingMs / 2 }, 1);
};

/**
 * Prolongs the lease while the poll is held. Whoever has lost it, or cannot ask whether they have and must think so by their own clock, ends
 * the poll. One that is paused past its lease does no harm when it goes on: what it brings is known by its id.
 */
const holdWhile = async (
  lease: PollingOptions["lease"],
  stopPoll: AbortController,
  work: () => Promise<void>,
): Promise<void> => {
  const renew = async () => {
    const held = await lease.take().catch(() => lease.held);
    if (!held) stopPoll.abort();
  };
  let renewal: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    renewal = renew();
  }, LEASE_LOOK_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    // One that is under way must not arrive after the lease was given back.
    await renewal;
  }
};

/** False while somebody else's webhook is set, which polling would have to remove. */
const mayPoll = async ({ api, takeover, log }: PollingOptions): Promise<boolean> => {
  const { url } = await api.getWebhookInfo();
  if (url === undefined || url === "") return true;
  if (!takeover) {
    log.error(
      "a webhook is set for this bot, so it is not polled: use another bot, or set TELEGRAM_TAKEOVER=1 to end the webhook",
    );
    return false;
  }
  await api.deleteWebhook();
  log.warn("the bot's webhook was removed, as TELEGRAM_TAKEOVER=1 says");
  return true;
};

/**
 * Fetches updates by long polling, in a loop of our own: `bot.start()` would remove a webhook without being asked. Nothing
 * that Telegram or the lease's store does ends it; only `stop` does.
 */
export const createPolling = (options: PollingOptions): Polling => {
  const { identity, lease, log, onConflict } = options;
  const updates = createUpdateSource(options);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let checkedWebhook = false;

  const turn = async (): Promise<Turn> => {
    await identity.username();
    if (!(await lease.take())) return "standby";
    if (!checkedWebhook && !(await mayPoll(options))) {
      await lease.release();
      return "foreign-webhook";
    }
    checkedWebhook = true;
    const ended = new AbortController();
    const signal = AbortSignal.any([stopping.signal, ended.signal]);
    await holdWhile(lease, ended, () => updates.poll(signal));
    return "polled";
  };

  const afterFailure = async (error: unknown, failures: number): Promise<void> => {
    const conflict = statusOf(error) === 409;
    const waitMs = steadyBackoffMs(conflict ? CONFLICT_BACKOFF : FAILURE_BACKOFF, failures);
    const reason = describeError(error);
    log.warn(conflict ? "another consumer fetches this bot's updates" : "updates could not be fetched", {
      reason,
      waitMs: Math.round(waitMs),
    });
    if (conflict) {
      onConflict();
      checkedWebhook = false;
      await lease.release().catch(() => undefined);
    }
    await pause(waitMs, stopping.signal);
  };

  const loop = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        const result = await turn();
        failures = 0;
        if (result === "standby") await pause(STANDBY_MS, stopping.signal);
        if (result === "foreign-webhook") await pause(WEBHOOK_RECHECK_MS, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) break;
        failures += 1;
        await afterFailure(error, failures);
      }
    }
    await updates.confirm().catch(() => undefined);
    await lease.release().catch(() => undefined);
  };

  return {
    start() {
      running ??= loop();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
};
