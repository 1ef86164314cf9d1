import type { Clock } from "../../shared/kernel/clock.ts";
import type { MenuSetter, MenuStore } from "./menu-ports.ts";

/** Menus that one look sets, at most: the pace of the bot is there for messages. */
const AT_ONCE = 10;
/** A chat whose menu Telegram does not take: its person has never opened the bot, or has blocked it. */
const REFUSED_RETRY_MS = 10 * 60_000;

export interface ReconcileMenusDeps {
  readonly menus: MenuStore;
  readonly setter: MenuSetter;
  readonly clock: Clock;
}

/**
 * Brings the menus of some chats in line with the roles that their people have now. Each is set and then remembered: after a crash in
 * between it is set once more, which changes nothing. Answers whether there may be more to do at once.
 */
export const reconcileMenus =
  ({ menus, setter, clock }: ReconcileMenusDeps) =>
  async (): Promise<{ more: boolean }> => {
    const changes = await menus.outdated(clock.now(), AT_ONCE);
    for (const change of changes) {
      const outcome = await setter.set(change);
      if (outcome === "later") return { more: false };
      if (outcome === "done") await menus.done(change);
      else await menus.refused(change, new Date(clock.now().getTime() + REFUSED_RETRY_MS));
    }
    return { more: changes.length === AT_ONCE };
  };
