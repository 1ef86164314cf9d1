import { stepUpRequired } from "../../shared/contracts/step-up.ts";
import { conflict, invalid, unauthenticated } from "../../shared/kernel/errors.ts";
import { normalizePassword, passwordFault } from "../domain/password.ts";
import type { User } from "../domain/user.ts";
import { announceEnded, type EndSessionsDeps, revokeWithin } from "./end-sessions.ts";
import type { Client } from "./ports.ts";
import { checkPassword, type PasswordCheckDeps } from "./sign-in-by-password.ts";

export interface SetPasswordDeps extends PasswordCheckDeps, Omit<EndSessionsDeps, "stores" | "clock"> {
  readonly shopName: string;
}

export interface SetPasswordInput {
  readonly userId: string;
  /** The session that asks: it alone stays. */
  readonly sessionId: string;
  readonly password: string;
  readonly currentPassword: string | null;
  /** A fresh code for this has been typed: whoever has the chat needs no password before. */
  readonly isProved: boolean;
  readonly client: Client;
}

const authorize = async (deps: SetPasswordDeps, user: User, input: SetPasswordInput): Promise<void> => {
  const { isProved, currentPassword, client } = input;
  if (isProved) return;
  if (currentPassword === null) throw stepUpRequired("password.set");
  await checkPassword(deps, { user, subject: user.id, password: currentPassword, client });
};

/**
 * Sets the password of who is signed in, or changes it; every other session ends. Wants the one before, or a fresh code. Fails
 * with `STEP_UP_REQUIRED`, `UNAUTHENTICATED` (the one before is wrong), `CONFLICT` (no name to sign in by), `VALIDATION`,
 * `TRY_LATER` or `UNAVAILABLE`.
 */
export const setPassword =
  (deps: SetPasswordDeps) =>
  async (input: SetPasswordInput): Promise<void> => {
    const { userId, sessionId, client } = input;
    const user = await deps.stores.users.find(userId);
    if (user === null) throw unauthenticated();
    if (user.username === null && user.email === null)
      throw conflict("Choose a username first: it is what one signs in by with a password.");
    const password = normalizePassword(input.password);
    const fault = passwordFault(password, { ...user, shop: deps.shopName });
    if (fault !== null) throw invalid("/body/password", fault);
    await authorize(deps, user, input);
    const hash = await deps.hasher.hash(password);
    const now = deps.clock.now();
    const ended = await deps.transact(async (stores) => {
      if ((await stores.users.lock(userId)) === null) throw unauthenticated();
      await stores.passwords.save({ userId, hash, now });
      await stores.audit.append([{ kind: "password-set", at: now, userId, sessionId, ...client }]);
      return revokeWithin(stores, {
        userId,
        sessionId: null,
        exceptId: sessionId,
        reason: "logout-all",
        now,
      });
    });
    await announceEnded(deps, ended, now);
  };
