import { invalid } from "../../shared/kernel/errors.ts";
import type { Challenge } from "../domain/challenge.ts";
import { normalizePhone } from "../domain/phone.ts";
import { type BeginChallengeDeps, beginChallenge, type CodeRequested } from "./begin-challenge.ts";
import { budgets, requestsPerAddress, spendOrRefuse } from "./budgets.ts";
import type { Budgets } from "./limit-ports.ts";
import type { Client } from "./ports.ts";

const spendForPhone = async (left: Budgets, phone: string): Promise<void> => {
  await spendOrRefuse(left, budgets.challengesPerPhoneAndHour, phone);
  await spendOrRefuse(left, budgets.challengesPerPhoneAndDay, phone);
};

const sendIfKnown = async (deps: BeginChallengeDeps, challenge: Challenge, phone: string): Promise<void> => {
  const user = await deps.stores.users.findByPhone(phone);
  if (user === null || user.telegramUserId === null || user.status !== "active") return;
  await deps.sendCode({ challenge, user, chatId: user.telegramUserId });
};

/**
 * Begins a sign-in, by phone or by link (`phone: null`). The answer is the same for every phone and does not wait for
 * the lookup. Fails with `VALIDATION` (no phone number), `TRY_LATER` or `UNAVAILABLE`.
 */
export const requestCode =
  (deps: BeginChallengeDeps) =>
  async (input: { phone: string | null; client: Client }): Promise<CodeRequested> => {
    const { client } = input;
    const phone = input.phone === null ? null : normalizePhone(input.phone);
    if (phone === null && input.phone !== null)
      throw invalid("/body/phone", "must be a phone number with country code");
    await spendOrRefuse(deps.budgets, requestsPerAddress(deps.otpRequestsPerAddress), client.ip);
    if (phone !== null) await spendForPhone(deps.budgets, phone);
    const { challenge, requested } = await beginChallenge(deps, { purpose: "login", phone, client });
    if (phone !== null)
      deps.inBackground("sending a sign-in code", () => sendIfKnown(deps, challenge, phone));
    return requested;
  };
