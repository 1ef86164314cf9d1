import { mayStepUp, STEP_UP_MAX_AGE_SECONDS, type StepUpAction } from "../../shared/contracts/step-up.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { conflict, forbidden, unauthenticated } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { type Challenge, type Purpose, RESEND_COOLDOWN_SECONDS } from "../domain/challenge.ts";
import { describeDevice } from "../domain/device.ts";
import type { User } from "../domain/user.ts";
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
  TokenPair,
  Tokens,
  Transact,
} from "./ports.ts";
import type { CodeRequested } from "./request-code.ts";
import type { SendCode } from "./send-code.ts";
import { invalidCode } from "./sign-in-errors.ts";

/** Begins the payload of a link that opens the bot; the account's own Telegram may fetch the code by it as well. */
const LINK_PREFIX = "l_";

export interface RequestStepUpDeps {
  readonly stores: Pick<Stores, "users" | "challenges">;
  readonly budgets: Budgets;
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

export interface StepUpAsked {
  /** null: nobody is signed in. */
  readonly caller: Principal | null;
  readonly action: StepUpAction | null;
  readonly client: Client;
}

const purposeOf = (action: StepUpAction | null): Purpose =>
  action === null ? "step-up" : `step-up:${action}`;

/** The action that a code was asked for; null for all, and for one that this version does not know, of which none comes here. */
const actionOf = (purpose: Purpose): StepUpAction | null =>
  purpose === "step-up" ? null : (purpose.slice("step-up:".length) as StepUpAction);

type Bound = NewChallenge & {
  readonly userId: string;
  readonly openedBy: number;
  readonly sessionId: string;
};

const asChallenge = (created: Bound): Challenge => ({
  ...created,
  sendCount: 0,
  lastSentAt: null,
  attempts: 0,
  chatId: null,
});

/** Who may ask, as the account stands now and not as the token says. */
const askingUser = async (
  { stores }: RequestStepUpDeps,
  { caller, action }: StepUpAsked,
): Promise<{ user: User; chatId: number; sessionId: string }> => {
  if (caller === null) throw unauthenticated();
  const user = await stores.users.find(caller.userId);
  if (user === null || user.status !== "active") throw unauthenticated();
  if (!mayStepUp(user.role, action)) throw forbidden();
  if (user.telegramUserId === null)
    throw conflict("No Telegram chat belongs to this account: open the bot and share your contact first.");
  return { user, chatId: user.telegramUserId, sessionId: caller.sessionId };
};

/**
 * Sends a fresh code to the chat of who is signed in, with its purpose in words. It goes to that chat alone and is good for
 * this session alone. Fails with `UNAUTHENTICATED`, `FORBIDDEN` (not theirs to do), `CONFLICT` (no chat), `TRY_LATER` or `UNAVAILABLE`.
 */
export const requestStepUp =
  (deps: RequestStepUpDeps) =>
  async (asked: StepUpAsked): Promise<CodeRequested> => {
    const { user, chatId, sessionId } = await askingUser(deps, asked);
    await spendOrRefuse(deps.budgets, requestsPerAddress(deps.otpRequestsPerAddress), asked.client.ip);
    await spendOrRefuse(deps.budgets, budgets.stepUpsPerAccount, user.id);
    const [challengeSecret, nonce] = [deps.secrets.challengeSecret(), deps.secrets.linkNonce()];
    const deepLink = await deps.bot.deepLink(`${LINK_PREFIX}${nonce}`);
    const createdAt = deps.clock.now();
    const challenge: Bound = {
      id: deps.newId(),
      secretHash: deps.secrets.hash(challengeSecret),
      nonceHash: deps.secrets.hash(nonce),
      purpose: purposeOf(asked.action),
      phone: null,
      digits: await deps.guessWatch.digits(),
      createdAt,
      expiresAt: new Date(createdAt.getTime() + deps.otpTtlSeconds * 1000),
      askedFrom: describeDevice(asked.client.userAgent, asked.client.ip),
      ...{ userId: user.id, openedBy: chatId, sessionId },
    };
    await deps.stores.challenges.insert(challenge);
    deps.inBackground("sending a code for a step-up", async () => {
      await deps.sendCode({ challenge: asChallenge(challenge), user, chatId });
    });
    return {
      challengeId: challenge.id,
      challengeSecret,
      deepLink,
      expiresAt: challenge.expiresAt,
      resendAfter: RESEND_COOLDOWN_SECONDS,
    };
  };

export interface ConfirmStepUpDeps {
  readonly transact: Transact;
  readonly tokens: Tokens;
  readonly clock: Clock;
}

/** A new access token of the same session, whose refresh token stays as it is. */
export type SteppedUp = Omit<TokenPair, "refreshToken"> & {
  readonly user: User;
  readonly stepUp: { readonly action: StepUpAction | null; readonly endsAt: Date };
};

/**
 * Exchanges the right code of a step-up for a proof, in the session that asked and in no other. Of any number at once exactly
 * one gets it. Fails with `OTP_INVALID`, also where the session, the account or its rights are gone meanwhile.
 */
export const confirmStepUp = async (
  { transact, tokens, clock }: ConfirmStepUpDeps,
  { id, sendCount, sessionId, purpose }: Challenge,
  { caller, client }: { readonly caller: Principal | null; readonly client: Client },
): Promise<SteppedUp> => {
  if (sessionId === null || caller?.sessionId !== sessionId) throw invalidCode();
  const now = clock.now();
  const action = actionOf(purpose);
  const user = await transact(async ({ challenges, sessions, users, audit }) => {
    const consumed = await challenges.consume({ id, sendCount, now });
    const owner = consumed === null ? null : await users.lock(consumed.userId);
    if (owner === null || owner.status !== "active" || !mayStepUp(owner.role, action)) throw invalidCode();
    if ((await sessions.liveOwner(sessionId, now)) !== owner.id) throw invalidCode();
    const detail = action ?? "all";
    await audit.append([
      { kind: "stepped-up", at: now, userId: owner.id, sessionId, challengeId: id, ...client, detail },
    ]);
    return owner;
  });
  const proved = await tokens.signProved({
    session: { id: sessionId, userId: user.id },
    ...{ role: user.role, action, now },
  });
  const endsAt = new Date(now.getTime() + STEP_UP_MAX_AGE_SECONDS * 1000);
  return { user, ...proved, stepUp: { action, endsAt } };
};
