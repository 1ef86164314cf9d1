import type { Clock } from "../../shared/kernel/clock.ts";
import type { EventHandlers } from "../../shared/outbox/inbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { applyUser, forgetUser } from "../usecases/keep-chats.ts";
import type { ChatStore } from "../usecases/ports.ts";

export interface UserEventDeps {
  readonly chats: (tx: Tx) => ChatStore;
  readonly clock: Clock;
}

/** auth.events: who is who, and where each is written to. */
export const onUserEvents = ({ chats, clock }: UserEventDeps): EventHandlers => {
  const apply = (tx: Tx) => applyUser({ chats: chats(tx), clock });
  return {
    "user.created": ({ data }, tx) => apply(tx)(data.user),
    "user.updated": ({ data }, tx) => apply(tx)(data.user),
    "user.chat-opened": ({ data }, tx) => chats(tx).setState(data.telegramUserId, "active", clock.now()),
    "user.deleted": ({ data }, tx) => forgetUser({ chats: chats(tx), clock })(data),
  };
};
