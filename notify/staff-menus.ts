import type { Clock } from "../shared/kernel/clock.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { createLease } from "../shared/outbox/lease.ts";
import { createWakeSignal } from "../shared/outbox/wake-signal.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { createMenuStore } from "./store/menu-store.ts";
import type { MenuSetter } from "./usecases/menu-ports.ts";
import { reconcileMenus } from "./usecases/reconcile-menus.ts";

/** How late a menu may be that nobody rang for: another instance heard of the role, or the language was chosen in the settings. */
const LOOK_EVERY_MS = 10_000;
/** How long an instance that died keeps the others from it. */
const LEASE_MS = 30_000;

export interface StaffMenusOptions {
  readonly database: Database;
  readonly setter: MenuSetter;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names the bot whose menus they are. */
  readonly botId: string;
}

/** Keeps the menus of the shop's people as their roles are, on one instance at a time. */
export const createStaffMenus = ({ database, setter, clock, log, botId }: StaffMenusOptions) => {
  const reconcile = reconcileMenus({ menus: createMenuStore(database.db), setter, clock });
  const lease = createLease(database, LEASE_MS, `staff-menus:${botId}`);
  const signal = createWakeSignal();
  let running: Promise<void> | undefined;
  let stopping = false;

  const look = async (): Promise<void> => {
    try {
      if (!(await lease.take())) return;
      if ((await reconcile()).more) signal.ring();
    } catch (error) {
      log.warn("the menus of the shop's people could not be set", { reason: reasonOf(error) });
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping) {
      await look();
      if (!stopping) await signal.wait(LOOK_EVERY_MS);
    }
    await lease.release().catch(() => undefined);
  };

  return {
    start() {
      running ??= run();
    },
    /** Roles, chats or languages have changed. */
    wake: () => signal.ring(),
    /** Waits for the look that is under way. */
    async stop() {
      stopping = true;
      signal.ring();
      await running;
    },
  };
};
