import type { Update } from "grammy/types";
import { reasonOf } from "../../shared/outbox/failure.ts";
import { createWakeSignal } from "../../shared/outbox/wake-signal.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import { pause } from "../../shared/runtime/retry.ts";
import type { UpdateInbox } from "../usecases/update-ports.ts";
import { createUpdateHandling, type UpdateHandlingOptions } from "./update-handling.ts";

/** A claim that nobody prolongs for so long belongs to a process that died: another one handles the update. */
export const UPDATE_CLAIM_MS = 10_000;
const PROLONG_EVERY_MS = 3_000;
/** How often is looked whether claims are to be prolonged while some are held. */
const PROLONG_LOOK_MS = 1_000;
/** How late an update may be begun that another instance has stored and did not live to handle; whoever stores one rings for itself. */
const POLL_MS = 5_000;
/** Pause after the database failed, or while Telegram does not say who the bot is. */
const FAILURE_PAUSE_MS = 1_000;

export interface UpdateIntakeOptions extends Pick<UpdateHandlingOptions, "handle" | "untilStored"> {
  readonly inbox: UpdateInbox;
  /** Resolves once the bot knows who it is, which handlers need; fails while it does not. */
  readonly ready: () => Promise<unknown>;
  readonly log: Logger;
  readonly pollMs?: number;
}

export interface UpdateIntake {
  /** Resolves when the updates are stored: from then on they are handled, by us or by another instance. Fails as the database does. */
  take(updates: readonly Update[]): Promise<void>;
  start(): void;
  /** Begins no more, and waits for those under way, for a while. */
  stop(): Promise<void>;
}

/** The chat that an update belongs to, or the person who tapped; what belongs to none shares a queue. */
const chatOf = (update: Update): number =>
  update.message?.chat.id ?? update.callback_query?.from.id ?? update.my_chat_member?.chat.id ?? 0;

/** Takes updates in: stored first, then each handled once, those of one chat in order, chats in parallel. */
export const createUpdateIntake = (options: UpdateIntakeOptions): UpdateIntake => {
  const { inbox, ready, log, pollMs = POLL_MS } = options;
  const signal = createWakeSignal();
  const stopping = new AbortController();
  const handling = createUpdateHandling({ ...options, ring: signal.ring });
  let prolongedAt = performance.now();
  let running: Promise<void> | undefined;

  const prolong = async (): Promise<void> => {
    const ids = handling.underWay();
    if (ids.length === 0 || performance.now() - prolongedAt < PROLONG_EVERY_MS) return;
    await inbox.keep(ids, UPDATE_CLAIM_MS);
    prolongedAt = performance.now();
  };

  const untilNextLook = (): number =>
    handling.underWay().length === 0 ? pollMs : Math.min(pollMs, PROLONG_LOOK_MS);

  /** While those under way are waited for they are ours, although nothing is begun any more. */
  const finish = async (): Promise<void> => {
    const timer = setInterval(() => void prolong().catch(() => undefined), PROLONG_LOOK_MS);
    await handling.finish().finally(() => clearInterval(timer));
  };

  const turn = async (): Promise<void> => {
    await ready();
    await prolong();
    const free = handling.free();
    if (free === 0) return;
    for (const claimed of await inbox.claim(free, UPDATE_CLAIM_MS)) handling.begin(claimed);
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await turn();
        if (!stopping.signal.aborted) await signal.wait(untilNextLook());
      } catch (error) {
        log.warn("updates wait to be handled", { reason: reasonOf(error) });
        await pause(FAILURE_PAUSE_MS, stopping.signal);
      }
    }
  };

  return {
    async take(updates) {
      if (updates.length === 0) return;
      await inbox.store(updates.map((update) => ({ id: update.update_id, chatId: chatOf(update), update })));
      signal.ring();
    },
    start() {
      running ??= loop();
    },
    async stop() {
      stopping.abort();
      signal.ring();
      await running;
      await finish();
    },
  };
};
