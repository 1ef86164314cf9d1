import type { Clock } from "../../shared/kernel/clock.ts";
import type { ChatStore } from "./ports.ts";
import type { AccountDesk, ShopDesk } from "./shop-ports.ts";

export interface ChatAccountDeps {
  readonly desk: ShopDesk;
  readonly account: AccountDesk;
  readonly chats: Pick<ChatStore, "setLanguage">;
  readonly clock: Clock;
}

/** What a person does with their own account in the chat, each by the routes of auth and with a customer's rights. */
export const createChatAccount = ({ desk, account, chats, clock }: ChatAccountDeps) => ({
  /** Fails with `UNAUTHENTICATED` where the chat has no account, as all of these do. */
  async assertKnown(telegramUserId: number): Promise<void> {
    await desk.act(telegramUserId, "own");
  },
  async setLanguage(telegramUserId: number, language: string): Promise<void> {
    await account.setLanguage(await desk.act(telegramUserId, "own"), language);
    await chats.setLanguage(telegramUserId, language, clock.now());
  },
  /** Signs the person out everywhere; the chat is no session and stays. */
  async endSessions(telegramUserId: number): Promise<void> {
    await account.endSessions(await desk.act(telegramUserId, "own"));
  },
  /** Begins the erasure of the account. Fails with `CONFLICT` for an admin's. */
  async erase(telegramUserId: number) {
    return account.eraseAccount(await desk.act(telegramUserId, "own"));
  },
});

export type ChatAccount = ReturnType<typeof createChatAccount>;
