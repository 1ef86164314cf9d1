import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import {
  type Challenge,
  type ChallengeOwner,
  newChallenge,
  type Purpose,
  RESEND_COOLDOWN_SECONDS,
} from "../domain/challenge.ts";
import { describeDevice } from "../domain/device.ts";
import type { DeepLinks } from "./challenge-ports.ts";
import type { Budgets, GuessWatch } from "./limit-ports.ts";
import type { Client, InBackground, Secrets, Stores } from "./ports.ts";
import type { SendCode } from "./send-code.ts";

/** Begins the payload of a link that opens a challenge: a sign-in, or where the account's own Telegram may fetch a fresh code as well. */
const LINK_PREFIX = "l_";

/** What every request for a code needs. */
export interface BeginChallengeDeps {
  readonly stores: Pick<Stores, "users" | "challenges">;
  readonly budgets: Budgets;
  /** Requests for codes that one address has in an hour. */
  readonly otpRequestsPerAddress: number;
  readonly guessWatch: GuessWatch;
  readonly secrets: Secrets;
  readonly bot: DeepLinks;
  readonly sendCode: SendCode;
  readonly inBackground: InBackground;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly otpTtlSeconds: number;
}

/** What the browser is told, the same for everybody. */
export interface CodeRequested {
  readonly challengeId: string;
  /** Only who holds it can use the code. */
  readonly challengeSecret: string;
  readonly deepLink: string;
  readonly expiresAt: Date;
  /** Seconds until another code may be asked for. */
  readonly resendAfter: number;
}

export interface ChallengeAsked {
  readonly purpose: Purpose;
  /** E.164; null where it began without one. */
  readonly phone: string | null;
  readonly client: Client;
  /** Whose it is from the beginning; nobody's without it, until a Telegram account opens the link or a code is sent. */
  readonly owner?: ChallengeOwner;
}

/** Stores a challenge that no code has been sent for yet. Fails with `UNAVAILABLE` where there is no bot to open. */
export const beginChallenge = async (
  { stores, guessWatch, secrets, bot, clock, newId, otpTtlSeconds }: BeginChallengeDeps,
  { purpose, phone, client, owner }: ChallengeAsked,
): Promise<{ readonly challenge: Challenge; readonly requested: CodeRequested }> => {
  const [challengeSecret, nonce] = [secrets.challengeSecret(), secrets.linkNonce()];
  const deepLink = await bot.deepLink(`${LINK_PREFIX}${nonce}`);
  const createdAt = clock.now();
  const challenge = newChallenge(
    {
      id: newId(),
      ...{ purpose, phone },
      digits: await guessWatch.digits(),
      expiresAt: new Date(createdAt.getTime() + otpTtlSeconds * 1000),
      askedFrom: describeDevice(client.userAgent, client.ip),
    },
    owner,
  );
  const hashes = { secretHash: secrets.hash(challengeSecret), nonceHash: secrets.hash(nonce) };
  await stores.challenges.insert({ ...challenge, ...hashes, createdAt });
  const { id: challengeId, expiresAt } = challenge;
  const requested = {
    ...{ challengeId, challengeSecret, deepLink, expiresAt },
    resendAfter: RESEND_COOLDOWN_SECONDS,
  };
  return { challenge, requested };
};
