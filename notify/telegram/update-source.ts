import type { Api } from "grammy";
import type { Update } from "grammy/types";
import { pause } from "../../shared/runtime/retry.ts";
import { ALLOWED_UPDATES } from "./bot.ts";
import { POLL_SECONDS } from "./connection.ts";
import type { UpdateIntake } from "./update-intake.ts";

/** Updates of one poll, the most that Telegram gives. */
const POLL_LIMIT = 100;
/** How long the next poll waits for the updates of the last: a chat whose send hangs must not hold up the others. */
const BATCH_WAIT_MS = 5_000;
/** How long `stop` tries to tell Telegram what was handled. */
const CONFIRM_TIMEOUT_MS = 2_000;
/** grammY's types name an older signal; it listens to this one just as well. */
type BotApiSignal = Parameters<Api["getMe"]>[0];
const signalFor = (signal: AbortSignal): BotApiSignal => signal as unknown as BotApiSignal;

export interface UpdateSourceOptions {
  /** A client whose timeout is longer than a poll. */
  readonly api: Api;
  readonly intake: UpdateIntake;
}

export interface UpdateSource {
  /** Waits for updates and hands them over. Fails as the Bot API call does. */
  poll(signal: AbortSignal): Promise<void>;
  /** Tells Telegram what was handled since the last poll, so that it does not come again after a restart. */
  confirm(): Promise<void>;
}

/** `getUpdates` with its offset (Bot API, getUpdates): each poll confirms the updates of the one before. */
export const createUpdateSource = ({ api, intake }: UpdateSourceOptions): UpdateSource => {
  let offset = 0;
  let confirmed = 0;

  const poll = async (signal: AbortSignal): Promise<void> => {
    confirmed = offset;
    const updates = await api.getUpdates(
      { offset, limit: POLL_LIMIT, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES },
      signalFor(signal),
    );
    const taken = Promise.all(updates.map((update: Update) => intake.take(update)));
    const tooLong = new AbortController();
    await Promise.race([taken, pause(BATCH_WAIT_MS, tooLong.signal)]).finally(() => tooLong.abort());
    // Past the wait the batch goes on beside the next poll.
    taken.catch(() => undefined);
    offset = updates.reduce((next, { update_id: id }) => Math.max(next, id + 1), offset);
  };

  const confirm = async (): Promise<void> => {
    if (offset === confirmed) return;
    const signal = AbortSignal.timeout(CONFIRM_TIMEOUT_MS);
    await api.getUpdates(
      { offset, limit: 1, timeout: 0, allowed_updates: ALLOWED_UPDATES },
      signalFor(signal),
    );
  };

  return { poll, confirm };
};
