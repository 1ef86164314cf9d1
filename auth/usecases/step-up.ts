import {
  isAdminsAction,
  mayStepUp,
  STEP_UP_MAX_AGE_SECONDS,
  type StepUpAction,
} from "../../shared/contracts/step-up.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { conflict, forbidden, unauthenticated } from "../../shared/kernel/errors.ts";
import { type Challenge, type Purpose, stepUpGuessesAt } from "../domain/challenge.ts";
import type { User } from "../domain/user.ts";
import { type BeginChallengeDeps, beginChallenge, type CodeRequested } from "./begin-challenge.ts";
import { budgets, requestsPerAddress, spendOrRefuse, tryLater } from "./budgets.ts";
import { tellOfUse } from "./close-code.ts";
import type { Lockout } from "./limit-ports.ts";
import type { Client, Transact } from "./ports.ts";
import type { TokenPair, Tokens } from "./session-ports.ts";
import { invalidCode } from "./sign-in-errors.ts";

export interface RequestStepUpDeps extends BeginChallengeDeps {
  readonly codeLockout: Lockout;
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
    const { client, action } = asked;
    const { user, chatId, sessionId } = await askingUser(deps, asked);
    await spendOrRefuse(deps.budgets, requestsPerAddress(deps.otpRequestsPerAddress), client.ip);
    await spendOrRefuse(deps.budgets, budgets.stepUpsPerAccount, user.id);
    // Who is signed in may know that these codes are closed for the account; who asks for a sign-in may not.
    const closedSeconds = await deps.codeLockout.closedFor(stepUpGuessesAt(user.id));
    if (closedSeconds !== null) throw tryLater(closedSeconds);
    const { challenge, requested } = await beginChallenge(deps, {
      ...{ purpose: purposeOf(action), phone: null, client },
      owner: { userId: user.id, openedBy: chatId, sessionId },
    });
    deps.inBackground("sending a code for a step-up", async () => {
      await deps.sendCode({ challenge, user, chatId });
    });
    return requested;
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
  challenge: Challenge,
  { caller, client }: { readonly caller: Principal | null; readonly client: Client },
): Promise<SteppedUp> => {
  const { id, sendCount, sessionId, purpose } = challenge;
  if (sessionId === null || caller?.sessionId !== sessionId) throw invalidCode();
  const now = clock.now();
  const action = actionOf(purpose);
  const { user, provedAt } = await transact(async ({ challenges, sessions, users, audit, events }) => {
    const consumed = await challenges.consume({ id, sendCount, now });
    const owner = consumed === null ? null : await users.lock(consumed.userId);
    if (owner === null || owner.status !== "active" || !mayStepUp(owner.role, action)) throw invalidCode();
    const session = await sessions.findLive(sessionId, now);
    if (session?.userId !== owner.id) throw invalidCode();
    const { id: userId, telegramUserId } = owner;
    const detail = action ?? "all";
    await audit.append([
      { kind: "stepped-up", at: now, userId, telegramUserId, sessionId, challengeId: id, ...client, detail },
    ]);
    await tellOfUse({ events }, { challenge, user: owner, sessionId, client, now });
    if (!isAdminsAction(action)) return { user: owner, provedAt: session.provedAt };
    await sessions.prove(sessionId, now);
    return { user: owner, provedAt: now };
  });
  const proved = await tokens.signProved({
    session: { id: sessionId, userId: user.id, provedAt },
    ...{ role: user.role, action, now },
  });
  const endsAt = new Date(now.getTime() + STEP_UP_MAX_AGE_SECONDS * 1000);
  return { user, ...proved, stepUp: { action, endsAt } };
};
