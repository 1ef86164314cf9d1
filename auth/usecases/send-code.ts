import type { Clock } from "../../shared/kernel/clock.ts";
import { type Challenge, guessesAt, wasJustSentTo } from "../domain/challenge.ts";
import type { User } from "../domain/user.ts";
import { budgets } from "./budgets.ts";
import type { CodeSender, Codes } from "./challenge-ports.ts";
import type { Budgets, Lockout, MutedChats } from "./limit-ports.ts";
import type { Stores } from "./ports.ts";

export interface SendCodeDeps {
  readonly stores: Pick<Stores, "challenges">;
  readonly codes: Codes;
  readonly budgets: Budgets;
  readonly mutedChats: MutedChats;
  /** Closes codes for an account whose codes are being guessed. */
  readonly codeLockout: Lockout;
  readonly sender: CodeSender;
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

/** False while codes are closed for the account, where the chat wants none, and where it has had enough of them. */
const mayBeSent = async (
  { codeLockout, mutedChats, budgets: left }: SendCodeDeps,
  { challenge, user, chatId }: SendCodeInput,
): Promise<boolean> => {
  if ((await codeLockout.closedFor(guessesAt({ ...challenge, userId: user.id }))) !== null) return false;
  if (await mutedChats.isMuted(chatId)) return false;
  return (await left.spend(budgets.codesPerChat, String(chatId))) === null;
};

/** Hands the code over. "unknown" may well have arrived; only what a chat could not be reached with, or not in time, surely has not. */
const deliver = async (
  { sender, codes, stores }: SendCodeDeps,
  { user, chatId }: SendCodeInput,
  due: Challenge,
): Promise<"sent" | "not-now"> => {
  const outcome = await sender.deliverCode({
    challengeId: due.id,
    chatId,
    code: codes.codeOf(due),
    expiresAt: due.expiresAt,
    language: user.language,
    purpose: due.purpose,
    askedFrom: due.askedFrom,
  });
  if (outcome === "sent" || outcome === "unknown") return "sent";
  // Once the chat can be reached, which may be in a moment, a code may go there at once.
  await stores.challenges.releaseSend(due);
  return "not-now";
};

/**
 * Makes the challenge's next code and has it delivered. From here on only that code is good, and it signs in that
 * user. Fails with `UNAVAILABLE` when the limits or the notify service cannot be reached.
 */
export const sendCode =
  (deps: SendCodeDeps): SendCode =>
  async (input) => {
    const { challenge, user, chatId, again = false } = input;
    const now = deps.clock.now();
    if (!again && challenge.userId === user.id && wasJustSentTo(challenge, chatId, now)) return "sent";
    if (!(await mayBeSent(deps, input))) return "not-now";
    const claim = { id: challenge.id, userId: user.id, chatId, again, now };
    const claimed = await deps.stores.challenges.claimSend(claim);
    if (claimed.outcome === "claimed") return deliver(deps, input, claimed.challenge);
    return claimed.outcome === "just-sent" ? "sent" : "not-now";
  };
