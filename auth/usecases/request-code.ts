import type { Clock } from "../../shared/kernel/clock.ts";
import { invalid } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { type Challenge, type Purpose, RESEND_COOLDOWN_SECONDS } from "../domain/challenge.ts";
import { describeDevice } from "../domain/device.ts";
import { normalizePhone } from "../domain/phone.ts";
import { budgets, requestsPerAddress, spendOrRefuse } from "./budgets.ts";
import type {
  Bot,
  Budgets,
  Client,
  GuessWatch,
  InBackground,
  NewChallenge,
  Secrets,
  Stores,
} from "./ports.ts";
import type { SendCode } from "./send-code.ts";

/** Begins the payload of a link that opens a sign-in. */
const LINK_PREFIX = "l_";

export interface RequestCodeDeps {
  readonly stores: Pick<Stores, "users" | "challenges">;
  readonly budgets: Budgets;
  /** Requests for codes that one address has in an hour. */
  readonly otpRequestsPerAddress: number;
  readonly guessWatch: GuessWatch;
  readonly secrets: Secrets;
  readonly bot: Bot;
  readonly sendCode: SendCode;
  readonly inBackground: InBackground;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly otpTtlSeconds: number;
}

export interface CodeRequested {
  readonly challengeId: string;
  /** Only who holds it can use the code. */
  readonly challengeSecret: string;
  readonly deepLink: string;
  readonly expiresAt: Date;
  /** Seconds until another code may be asked for. */
  readonly resendAfter: number;
}

const spendForPhone = async (left: Budgets, phone: string): Promise<void> => {
  await spendOrRefuse(left, budgets.challengesPerPhoneAndHour, phone);
  await spendOrRefuse(left, budgets.challengesPerPhoneAndDay, phone);
};

const asChallenge = (created: NewChallenge): Challenge => ({
  ...created,
  sendCount: 0,
  lastSentAt: null,
  attempts: 0,
  openedBy: null,
  userId: null,
  chatId: null,
  sessionId: null,
});

const sendIfKnown = async (deps: RequestCodeDeps, created: NewChallenge, phone: string): Promise<void> => {
  const user = await deps.stores.users.findByPhone(phone);
  if (user === null || user.telegramUserId === null || user.status !== "active") return;
  await deps.sendCode({ challenge: asChallenge(created), user, chatId: user.telegramUserId });
};

/**
 * Begins a sign-in, by phone or by link (`phone: null`). The answer is the same for every phone and does not wait for
 * the lookup. Fails with `VALIDATION` (no phone number), `TRY_LATER` or `UNAVAILABLE`.
 */
export const requestCode =
  (deps: RequestCodeDeps) =>
  async (input: { phone: string | null; purpose: Purpose; client: Client }): Promise<CodeRequested> => {
    const phone = input.phone === null ? null : normalizePhone(input.phone);
    if (phone === null && input.phone !== null)
      throw invalid("/body/phone", "must be a phone number with country code");
    await spendOrRefuse(deps.budgets, requestsPerAddress(deps.otpRequestsPerAddress), input.client.ip);
    if (phone !== null) await spendForPhone(deps.budgets, phone);
    const [challengeSecret, nonce] = [deps.secrets.challengeSecret(), deps.secrets.linkNonce()];
    const deepLink = await deps.bot.deepLink(`${LINK_PREFIX}${nonce}`);
    const createdAt = deps.clock.now();
    const challenge: NewChallenge = {
      id: deps.newId(),
      secretHash: deps.secrets.hash(challengeSecret),
      nonceHash: deps.secrets.hash(nonce),
      purpose: input.purpose,
      phone,
      digits: await deps.guessWatch.digits(),
      createdAt,
      expiresAt: new Date(createdAt.getTime() + deps.otpTtlSeconds * 1000),
      askedFrom: describeDevice(input.client.userAgent, input.client.ip),
    };
    await deps.stores.challenges.insert(challenge);
    if (phone !== null)
      deps.inBackground("sending a sign-in code", () => sendIfKnown(deps, challenge, phone));
    return {
      challengeId: challenge.id,
      challengeSecret,
      deepLink,
      expiresAt: challenge.expiresAt,
      resendAfter: RESEND_COOLDOWN_SECONDS,
    };
  };
