import type { Principal } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { ATTEMPTS_MAX, type Challenge, codeLength, guessesAt } from "../domain/challenge.ts";
import type { Codes } from "./challenge-ports.ts";
import { tellOfGuesses, tellOfUse } from "./close-code.ts";
import type { GuessWatch, Lockout } from "./limit-ports.ts";
import type { Client, InBackground, Secrets, Stores, Transact } from "./ports.ts";
import type { Tokens } from "./session-ports.ts";
import { invalidCode, tooManyAttempts } from "./sign-in-errors.ts";
import { type SignedIn, startSession } from "./start-session.ts";
import { confirmStepUp, type SteppedUp } from "./step-up.ts";

export interface VerifyCodeDeps {
  readonly stores: Pick<Stores, "challenges" | "audit">;
  readonly transact: Transact;
  readonly codes: Codes;
  readonly secrets: Secrets;
  readonly tokens: Tokens;
  readonly guessWatch: GuessWatch;
  readonly codeLockout: Lockout;
  readonly inBackground: InBackground;
  readonly clock: Clock;
  readonly newId: NewId;
}

export interface VerifyCodeInput {
  readonly challengeId: string;
  readonly challengeSecret: string;
  readonly code: string;
  /** Who is signed in already: a step-up needs it, a sign-in does not. */
  readonly caller: Principal | null;
  readonly client: Client;
}

/** After the last wrong code the right one is of no use. Beside the answer, which takes as long where there is nobody to tell. */
const closeGuessed = (
  { inBackground, transact }: VerifyCodeDeps,
  { id, userId, attempts }: Challenge,
  now: Date,
): void => {
  if (attempts < ATTEMPTS_MAX || userId === null) return;
  inBackground("telling of a code that was guessed at", () =>
    transact((stores) => tellOfGuesses(stores, { id, userId }, now)),
  );
};

/**
 * Counts the attempt first and compares afterwards, so that guesses in parallel are all counted: for the challenge, and for the account
 * over all of its challenges. A challenge that no code was sent for has no account: it stands in for one, so that the work is the same,
 * and its five attempts close nothing. Nor does a closed account answer in another way: whether there is one is nobody's business.
 */
const attempt = async (deps: VerifyCodeDeps, input: VerifyCodeInput): Promise<Challenge> => {
  const now = deps.clock.now();
  const counted = await deps.stores.challenges.countAttempt({
    id: input.challengeId,
    secretHash: deps.secrets.hash(input.challengeSecret),
    codeLength: codeLength(input.code),
    now,
  });
  if (counted.outcome === "too-many") throw tooManyAttempts();
  if (counted.outcome === "refused") throw invalidCode();
  const { challenge } = counted;
  const taken = await deps.codeLockout.take(guessesAt(challenge));
  if (deps.codes.matches(challenge, input.code) && taken.outcome === "open") {
    await taken.succeeded();
    return challenge;
  }
  const closes = taken.outcome === "open" && (await taken.failed());
  await deps.guessWatch.wrongCode();
  const about = {
    at: now,
    challengeId: challenge.id,
    userId: challenge.userId,
    telegramUserId: challenge.chatId,
    ...input.client,
  };
  const detail = taken.outcome === "closed" ? "closed" : null;
  await deps.stores.audit.append([
    { kind: "code-refused", ...about, detail },
    ...(closes ? [{ kind: "codes-closed", ...about } as const] : []),
  ]);
  closeGuessed(deps, challenge, now);
  throw invalidCode();
};

/** Begins the session of a right code, or fails with `OTP_INVALID` where it was used meanwhile or its account is barred. */
const signIn = async (
  deps: VerifyCodeDeps,
  challenge: Challenge,
  { client }: VerifyCodeInput,
): Promise<SignedIn> => {
  const { id, sendCount } = challenge;
  const now = deps.clock.now();
  const { user, session, tokenId } = await deps.transact(async (stores) => {
    const consumed = await stores.challenges.consume({ id, sendCount, now });
    const user = consumed === null ? null : await stores.users.lock(consumed.userId);
    if (user === null || user.status !== "active") throw invalidCode();
    const start = { user, method: "code", challengeId: id, client, now } as const;
    const started = await startSession(deps, stores, start);
    await tellOfUse(stores, { challenge, user, sessionId: started.session.id, client, now });
    return { user, ...started };
  });
  return { user, ...(await deps.tokens.sign({ session, role: user.role, tokenId, now })) };
};

/** Writes down a right code that got nothing: it was used meanwhile, or the account, its rights or the session are gone. */
const recordTooLate = (
  { stores, clock }: VerifyCodeDeps,
  { id, userId, chatId, purpose }: Challenge,
  { client }: VerifyCodeInput,
): Promise<void> =>
  stores.audit.append([
    {
      ...{ kind: "sign-in-refused", at: clock.now(), challengeId: id, userId, telegramUserId: chatId },
      ...{ ...client, detail: `code for ${purpose}: right, and too late` },
    },
  ]);

/**
 * Exchanges a code for a session, or, where it was asked for a step-up, for a proof in the session that there is. Of any number
 * of right codes at once exactly one gets it. Fails with `OTP_INVALID` or `OTP_TOO_MANY`.
 */
export const verifyCode =
  (deps: VerifyCodeDeps) =>
  async (input: VerifyCodeInput): Promise<SignedIn | SteppedUp> => {
    const challenge = await attempt(deps, input);
    const exchange = challenge.purpose === "login" ? signIn : confirmStepUp;
    try {
      return await exchange(deps, challenge, input);
    } catch (error) {
      if (isKioskError(error, "OTP_INVALID")) await recordTooLate(deps, challenge, input);
      throw error;
    }
  };
