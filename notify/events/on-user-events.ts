import type { UserSnapshot } from "../../shared/contracts/events.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { AfterCommit, EventHandlers } from "../../shared/outbox/inbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { applyUser, forgetUser } from "../usecases/keep-chats.ts";
import type { ChatStore } from "../usecases/ports.ts";

export interface UserEventDeps {
  readonly chats: (tx: Tx) => ChatStore;
  readonly clock: Clock;
  /** Roles, languages or chats may have changed, and menus with them. */
  readonly wakeMenus: () => void;
}

/** auth.events: who is who, and where each is written to. */
export const onUserEvents = ({ chats, clock, wakeMenus }: UserEventDeps): EventHandlers => {
  const apply = async (tx: Tx, user: UserSnapshot): Promise<AfterCommit> => {
    await applyUser({ chats: chats(tx), clock })(user);
    return wakeMenus;
  };
  return {
    "user.created": ({ data }, tx) => apply(tx, data.user),
    "user.updated": ({ data }, tx) => apply(tx, data.user),
    "user.chat-opened": async ({ data }, tx): Promise<AfterCommit> => {
      await chats(tx).setState(data.telegramUserId, "active", clock.now());
      return wakeMenus;
    },
    "user.deleted": async ({ data }, tx): Promise<AfterCommit> => {
      await forgetUser({ chats: chats(tx), clock })(data);
      return wakeMenus;
    },
  };
};
