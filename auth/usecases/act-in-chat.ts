import type { ActInChatAnswer, ActInChatRequest } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { Stores } from "./ports.ts";
import { recordRefusal } from "./record-refusal.ts";
import type { Tokens } from "./session-ports.ts";

export interface ActInChatDeps {
  readonly stores: Pick<Stores, "users" | "audit">;
  readonly tokens: Pick<Tokens, "signAct">;
  readonly clock: Clock;
  readonly newId: NewId;
}

/**
 * A token for one act of a person who has just tapped or typed something in their own chat. Its session is in no table: it cannot be
 * refreshed, listed or proved, and no call that wants a fresh code takes it. `own` gives a customer's rights, whoever it is; `full` the
 * role that the account has now, an admin's too, as the chat is where an admin's codes arrive. Only refusals are audited: what is
 * done by it is in the records of the service that does it.
 */
export const actInChat =
  ({ stores, tokens, clock, newId }: ActInChatDeps) =>
  async ({ telegramUserId, rights }: ActInChatRequest): Promise<ActInChatAnswer> => {
    const now = clock.now();
    const user = await stores.users.findByTelegramId(telegramUserId);
    if (user === null) return { outcome: "unknown" };
    if (user.status !== "active") {
      const detail = "an act in the chat: the account is blocked";
      await recordRefusal(stores, { kind: "sign-in-refused", at: now, telegramUserId, detail });
      return { outcome: "blocked" };
    }
    const { id: userId, role, language, timezone } = user;
    const granted = rights === "full" ? role : "customer";
    const accessToken = await tokens.signAct({ userId, sessionId: newId(), role: granted, now });
    return { outcome: "acting", accessToken, userId, role, language, timezone };
  };
