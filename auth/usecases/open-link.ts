import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { Secrets, Stores } from "./ports.ts";
import type { SendCode } from "./send-code.ts";

export interface OpenLinkDeps {
  readonly stores: Pick<Stores, "users" | "challenges">;
  readonly secrets: Secrets;
  readonly sendCode: SendCode;
  readonly clock: Clock;
}

export type OpenLinkOutcome =
  | "code-sent"
  | "contact-needed"
  | "unknown-link"
  | "taken"
  | "blocked"
  | "try-later";

const PAYLOAD = /^l_([A-Za-z0-9_-]{22})$/;

/** The caller may hand over the payload of the link as it is, or the nonce within it. */
const nonceOf = (text: string): string => PAYLOAD.exec(text)?.[1] ?? text;

/**
 * A Telegram account opened the bot by a sign-in link. That alone signs nobody in: at most a code goes to the chat, and
 * it is good only in the browser that began.
 */
export const openLink =
  ({ stores, secrets, sendCode, clock }: OpenLinkDeps) =>
  async (input: { nonce: string; account: TelegramAccount }): Promise<{ outcome: OpenLinkOutcome }> => {
    const { account } = input;
    const opened = await stores.challenges.claimOpening({
      nonceHash: secrets.hash(nonceOf(input.nonce)),
      telegramUserId: account.id,
      now: clock.now(),
    });
    if (opened.outcome !== "opened")
      return { outcome: opened.outcome === "unknown" ? "unknown-link" : "taken" };
    const { challenge } = opened;
    const user = await stores.users.findByTelegramId(account.id);
    if (user?.status === "blocked") return { outcome: "blocked" };
    if (user === null || (challenge.phone !== null && challenge.phone !== user.phone))
      return { outcome: "contact-needed" };
    const sent = await sendCode({ challenge, user, chatId: account.id });
    return { outcome: sent === "sent" ? "code-sent" : "try-later" };
  };
