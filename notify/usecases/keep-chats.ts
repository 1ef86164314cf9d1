import type { UserSnapshot } from "../../shared/contracts/events.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { Chat } from "../domain/chat.ts";
import type { ChatStore } from "./ports.ts";

/** What notify keeps of a user. Whoever is barred from the shop hears no more of its inside than a customer does. */
export const chatOf = (user: UserSnapshot): Chat => ({
  userId: user.id,
  chatId: user.telegramUserId,
  state: "active",
  language: user.language,
  timezone: user.timezone,
  role: user.status === "active" ? user.role : "customer",
  userVersion: user.version,
});

/** A user was made or changed. News older than what is known changes nothing. */
export const applyUser =
  ({ chats, clock }: { readonly chats: ChatStore; readonly clock: Clock }) =>
  (user: UserSnapshot): Promise<void> =>
    chats.apply(chatOf(user), clock.now());

/** A user was deleted: nothing is sent to them any more. */
export const forgetUser =
  ({ chats, clock }: { readonly chats: ChatStore; readonly clock: Clock }) =>
  (user: { readonly id: string; readonly version: number }): Promise<void> =>
    chats.forget(user.id, user.version, clock.now());
