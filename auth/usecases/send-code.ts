import type { Clock } from "../../shared/kernel/clock.ts";
import { type Challenge, wasJustSentTo } from "../domain/challenge.ts";
import type { User } from "../domain/user.ts";
import { budgets } from "./budgets.ts";
import type { Bot, Budgets, Codes, MutedChats, Stores } from "./ports.ts";

export interface SendCodeDeps {
  readonly stores: Pick<Stores, "challenges">;
  readonly codes: Codes;
  readonly budgets: Budgets;
  readonly mutedChats: MutedChats;
  readonly bot: Bot;
  readonly clock: Clock;
}

export interface SendCodeInput {
  readonly challenge: Challenge;
  readonly user: Pick<User, "id" | "language">;
  /** A person's chat with the bot has the id of their Telegram account. */
  readonly chatId: number;
  /** The person pressed "send again": do not lean on the code of a moment ago. */
  readonly again?: boolean;
}

export type SendCode = (input: SendCodeInput) => Promise<"sent" | "not-now">;

/**
 * Makes the challenge's next code and has it delivered. From here on only that code is good, and it signs in that
 * user. Fails with `UNAVAILABLE` when the limits or the notify service cannot be reached.
 */
export const sendCode =
  (deps: SendCodeDeps): SendCode =>
  async ({ challenge, user, chatId, again = false }) => {
    const now = deps.clock.now();
    if (!again && challenge.userId === user.id && wasJustSentTo(challenge, chatId, now)) return "sent";
    if (await deps.mutedChats.isMuted(chatId)) return "not-now";
    if ((await deps.budgets.spend(budgets.codesPerChat, String(chatId))) !== null) return "not-now";
    const due = await deps.stores.challenges.claimSend({ id: challenge.id, userId: user.id, chatId, now });
    if (due === null) return "not-now";
    const outcome = await deps.bot.deliverCode({
      challengeId: due.id,
      chatId,
      code: deps.codes.codeOf(due),
      expiresAt: due.expiresAt,
      language: user.language,
      purpose: due.purpose,
      askedFrom: due.askedFrom,
    });
    // "unknown" may well have arrived; only a chat that cannot be reached surely has not.
    return outcome === "unreachable" ? "not-now" : "sent";
  };
