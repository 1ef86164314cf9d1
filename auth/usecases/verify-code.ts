import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { type Challenge, codeLength } from "../domain/challenge.ts";
import type { Session } from "../domain/session.ts";
import type { User } from "../domain/user.ts";
import type {
  Client,
  Codes,
  GuessWatch,
  Secrets,
  Stores,
  TokenPair,
  Tokens,
  Transact,
  TransactionStores,
} from "./ports.ts";
import { invalidCode, tooManyAttempts } from "./sign-in-errors.ts";

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
  readonly client: Client;
}

export type SignedIn = TokenPair & { readonly user: User };

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

const startSession = async (
  { tokens, newId }: VerifyCodeDeps,
  { sessions, refreshTokens, audit }: TransactionStores,
  input: { user: User; challengeId: string; client: Client; now: Date },
): Promise<{ session: Session; tokenId: string }> => {
  const { user, client, now, challengeId } = input;
  const session: Session = {
    id: newId(),
    userId: user.id,
    challengeId,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + tokens.refreshTtlSeconds * 1000),
    ...client,
  };
  const tokenId = tokens.firstTokenId();
  await sessions.insert(session);
  await refreshTokens.insert({
    hash: tokens.hashOf(tokenId),
    sessionId: session.id,
    parentHash: null,
    now,
  });
  await audit.append([
    { kind: "signed-in", at: now, userId: user.id, sessionId: session.id, challengeId, ...client },
  ]);
  return { session, tokenId };
};

/**
 * Exchanges a code for a session. Of any number of right codes at once exactly one gets it. Fails with `OTP_INVALID`
 * or `OTP_TOO_MANY`.
 */
export const verifyCode =
  (deps: VerifyCodeDeps) =>
  async (input: VerifyCodeInput): Promise<SignedIn> => {
    const { id, sendCount } = await attempt(deps, input);
    const now = deps.clock.now();
    const { user, session, tokenId } = await deps.transact(async (stores) => {
      const consumed = await stores.challenges.consume({ id, sendCount, now });
      const user = consumed === null ? null : await stores.users.lock(consumed.userId);
      if (user === null || user.status !== "active") throw invalidCode();
      const started = await startSession(deps, stores, { user, challengeId: id, client: input.client, now });
      return { user, ...started };
    });
    return { user, ...(await deps.tokens.sign({ session, role: user.role, tokenId, now })) };
  };
