import { reasonOf } from "../shared/outbox/failure.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { afterTelling, type ParkedTellingDeps, tellingDeps } from "./events/on-parked-messages.ts";
import { tellWhatWaits } from "./usecases/tell-of-parked.ts";

/** How much later than its five minutes an alert may come. */
const LOOK_EVERY_MS = 15_000;

export interface ParkedAlertsOptions extends ParkedTellingDeps {
  readonly database: Database;
  readonly log: Logger;
}

/** Tells the admins of what was parked within five minutes of an alert. Every instance looks; each alert is written once. */
export const createParkedAlerts = (options: ParkedAlertsOptions) => {
  const { database, log } = options;
  let timer: ReturnType<typeof setInterval> | undefined;
  let looking: Promise<void> | undefined;
  const look = async () => {
    try {
      const told = await database.transaction((tx) => tellWhatWaits(tellingDeps(options, tx))());
      await afterTelling(options, told)();
    } catch (error) {
      log.warn("admins could not be told of parked messages", { reason: reasonOf(error) });
    }
  };
  /** One look at a time. */
  const lookOnce = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  return {
    look: lookOnce,
    start() {
      timer ??= setInterval(() => void lookOnce(), LOOK_EVERY_MS);
    },
    /** Waits for the look that is under way. */
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await looking;
    },
  };
};
