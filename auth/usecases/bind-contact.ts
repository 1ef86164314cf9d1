import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { Challenge } from "../domain/challenge.ts";
import { normalizePhone } from "../domain/phone.ts";
import { type BindAccountDeps, bindAccount } from "./bind-account.ts";
import type { Stores, Transact } from "./ports.ts";
import { recordRefusal } from "./record-refusal.ts";
import type { SendCode } from "./send-code.ts";

export interface BindContactDeps extends BindAccountDeps {
  readonly stores: Pick<Stores, "users" | "challenges" | "audit">;
  readonly transact: Transact;
  readonly sendCode: SendCode;
  readonly clock: Clock;
}

export type BindContactOutcome =
  | "code-sent"
  | "bound"
  | "other-phone"
  | "nothing-pending"
  | "invalid-phone"
  | "blocked"
  | "try-later";

const refuseOtherPhone = async (
  { stores, clock }: BindContactDeps,
  challenge: Challenge,
  account: TelegramAccount,
): Promise<{ outcome: BindContactOutcome }> => {
  await recordRefusal(stores, {
    kind: "contact-refused",
    at: clock.now(),
    challengeId: challenge.id,
    telegramUserId: account.id,
    detail: "other-phone",
  });
  return { outcome: "other-phone" };
};

/**
 * A person shared their own contact. It counts only for a sign-in that this very Telegram account has opened; then the
 * phone is theirs from now on, and a code goes to their chat.
 */
export const bindContact =
  (deps: BindContactDeps) =>
  async (input: { phone: string; account: TelegramAccount }): Promise<{ outcome: BindContactOutcome }> => {
    const { account } = input;
    const phone = normalizePhone(input.phone);
    if (phone === null) return { outcome: "invalid-phone" };
    const now = deps.clock.now();
    const challenge = await deps.stores.challenges.newestOpenedBy(account.id, now);
    if (challenge === null) {
      const user = await deps.stores.users.findByTelegramId(account.id);
      return { outcome: user?.phone === phone ? "bound" : "nothing-pending" };
    }
    if (challenge.phone !== null && challenge.phone !== phone)
      return refuseOtherPhone(deps, challenge, account);
    const user = await deps.transact((stores) => bindAccount(deps, stores, { account, phone, now }));
    if (user === null) return { outcome: "blocked" };
    const sent = await deps.sendCode({ challenge, user, chatId: account.id });
    return { outcome: sent === "sent" ? "code-sent" : "try-later" };
  };
