import type { Principal } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { type Challenge, codeLength } from "../domain/challenge.ts";
import type { Client, Codes, GuessWatch, Secrets, Stores, Tokens, Transact } from "./ports.ts";
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

/** Counts the attempt first and compares afterwards, so that guesses in parallel are all counted. */
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
  if (deps.codes.matches(challenge, input.code)) return challenge;
  await deps.guessWatch.wrongCode();
  await deps.stores.audit.append([
    {
      kind: "code-refused",
      at: now,
      challengeId: challenge.id,
      userId: challenge.userId,
      ip: input.client.ip,
      userAgent: input.client.userAgent,
    },
  ]);
  throw invalidCode();
};

/**
 * Exchanges a code for a session, or, where it was asked for a step-up, for a proof in the session that there is. Of any number
 * of right codes at once exactly one gets it. Fails with `OTP_INVALID` or `OTP_TOO_MANY`.
 */
export const verifyCode =
  (deps: VerifyCodeDeps) =>
  async (input: VerifyCodeInput): Promise<SignedIn | SteppedUp> => {
    const challenge = await attempt(deps, input);
    if (challenge.purpose !== "login") return confirmStepUp(deps, challenge, input);
    const { id, sendCount } = challenge;
    const now = deps.clock.now();
    const { user, session, tokenId } = await deps.transact(async (stores) => {
      const consumed = await stores.challenges.consume({ id, sendCount, now });
      const user = consumed === null ? null : await stores.users.lock(consumed.userId);
      if (user === null || user.status !== "active") throw invalidCode();
      const start = { user, method: "code", challengeId: id, client: input.client, now } as const;
      const started = await startSession(deps, stores, start);
      return { user, ...started };
    });
    return { user, ...(await deps.tokens.sign({ session, role: user.role, tokenId, now })) };
  };
