import type { Api } from "grammy";
import { ALLOWED_UPDATES } from "./bot.ts";
import { endingAfter, POLL_SECONDS, signalFor } from "./connection.ts";
import type { UpdateIntake } from "./update-intake.ts";

/** Updates of one poll, the most that Telegram gives. */
const POLL_LIMIT = 100;
/** How long `stop` tries to tell Telegram what was stored. */
const CONFIRM_TIMEOUT_MS = 2_000;

export interface UpdateSourceOptions {
  /** A client whose timeout is longer than a poll. */
  readonly api: Api;
  readonly intake: Pick<UpdateIntake, "take">;
}

export interface UpdateSource {
  /** Waits for updates and has them stored. Fails as the Bot API call or the database does. */
  poll(signal: AbortSignal): Promise<void>;
  /** Tells Telegram what was stored since the last poll, so that it does not come again after a restart. */
  confirm(): Promise<void>;
}

/**
 * `getUpdates` with its offset (Bot API, getUpdates): each poll confirms the updates of the one before, which are stored by then. What could
 * not be stored is not confirmed, and comes again.
 */
export const createUpdateSource = ({ api, intake }: UpdateSourceOptions): UpdateSource => {
  let offset = 0;
  let confirmed = 0;

  const poll = async (signal: AbortSignal): Promise<void> => {
    confirmed = offset;
    const updates = await api.getUpdates(
      { offset, limit: POLL_LIMIT, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES },
      signalFor(signal),
    );
    await intake.take(updates);
    offset = updates.reduce((next, { update_id: id }) => Math.max(next, id + 1), offset);
  };

  const confirm = async (): Promise<void> => {
    if (offset === confirmed) return;
    await api.getUpdates(
      { offset, limit: 1, timeout: 0, allowed_updates: ALLOWED_UPDATES },
      endingAfter(CONFIRM_TIMEOUT_MS),
    );
  };

  return { poll, confirm };
};
