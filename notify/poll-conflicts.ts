import type { Clock } from "../shared/kernel/clock.ts";
import type { NewId } from "../shared/kernel/ids.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { BotConflictNotice } from "./domain/operations-notice.ts";
import type { AnnouncingDeps } from "./events/announcing.ts";
import { storesOver } from "./store/stores.ts";
import { announceToAdmins } from "./usecases/announce.ts";

/** Admins are told once in so long, however often it happens and whichever instance finds it. */
const TELL_EVERY_MS = 3_600_000;

export interface PollConflictsOptions extends Pick<AnnouncingDeps, "announce" | "alert" | "wake"> {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  readonly botId: string;
}

/** Tells the admins that somebody else fetches the bot's updates. Never fails: the poller goes on whatever becomes of it. */
export const createPollConflicts =
  ({ database, clock, newId, log, botId, announce, alert, wake }: PollConflictsOptions) =>
  async (): Promise<void> => {
    const now = clock.now();
    const notice: BotConflictNotice = { template: "bot-conflict", botId };
    const occasion = `poll-conflict:${botId}:${Math.floor(now.getTime() / TELL_EVERY_MS)}`;
    try {
      const { deliveries } = await database.transaction((tx) =>
        announceToAdmins({ ...storesOver(tx), clock, newId })(occasion, notice),
      );
      if (deliveries.length === 0) return;
      for (const delivery of deliveries) announce(delivery);
      wake();
      alert({ eventId: newId(), notice, occurredAt: now.toISOString() });
    } catch (error) {
      log.warn("the admins could not be told of another consumer", { reason: reasonOf(error) });
    }
  };
