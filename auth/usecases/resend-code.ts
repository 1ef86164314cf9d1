import type { Clock } from "../../shared/kernel/clock.ts";
import { type Challenge, RESEND_COOLDOWN_SECONDS } from "../domain/challenge.ts";
import { requestsPerAddress, spendOrRefuse, tryLater } from "./budgets.ts";
import type { Budgets } from "./limit-ports.ts";
import type { Client, InBackground, Secrets, Stores } from "./ports.ts";
import type { SendCode } from "./send-code.ts";
import { invalidCode } from "./sign-in-errors.ts";

export interface ResendCodeDeps {
  readonly stores: Pick<Stores, "users" | "challenges">;
  readonly budgets: Budgets;
  /** Requests for codes that one address has in an hour. */
  readonly otpRequestsPerAddress: number;
  readonly secrets: Secrets;
  readonly sendCode: SendCode;
  readonly inBackground: InBackground;
  readonly clock: Clock;
}

const sendAgain = async (deps: ResendCodeDeps, challenge: Challenge): Promise<void> => {
  const { userId, chatId, phone } = challenge;
  // Nothing was sent so far: the account may have come into being, or notify may be back.
  const user =
    userId === null
      ? phone === null
        ? null
        : await deps.stores.users.findByPhone(phone)
      : await deps.stores.users.find(userId);
  const chat = chatId ?? user?.telegramUserId ?? null;
  if (user === null || chat === null || user.status !== "active") return;
  await deps.sendCode({ challenge, user, chatId: chat, again: true });
};

/**
 * Sends another code of the same challenge; the one before is void. The answer is the same whether there is somebody
 * to send it to. Fails with `OTP_INVALID` (not open, no asks left, wrong secret), `TRY_LATER` or `UNAVAILABLE`.
 */
export const resendCode =
  (deps: ResendCodeDeps) =>
  async (input: {
    challengeId: string;
    challengeSecret: string;
    client: Client;
  }): Promise<{ challengeId: string; expiresAt: Date; resendAfter: number }> => {
    await spendOrRefuse(deps.budgets, requestsPerAddress(deps.otpRequestsPerAddress), input.client.ip);
    const asked = await deps.stores.challenges.askAgain({
      id: input.challengeId,
      secretHash: deps.secrets.hash(input.challengeSecret),
      now: deps.clock.now(),
    });
    if (asked.outcome === "refused") throw invalidCode();
    if (asked.outcome === "too-soon") throw tryLater(asked.retryAfterSeconds);
    const { challenge } = asked;
    deps.inBackground("sending a sign-in code again", () => sendAgain(deps, challenge));
    return {
      challengeId: challenge.id,
      expiresAt: challenge.expiresAt,
      resendAfter: RESEND_COOLDOWN_SECONDS,
    };
  };
