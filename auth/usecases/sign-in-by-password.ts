import type { Clock } from "../../shared/kernel/clock.ts";
import { type KioskError, unauthenticated } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { normalizePassword } from "../domain/password.ts";
import type { User } from "../domain/user.ts";
import { passwordBudgets, spendOrRefuse, tryLater } from "./budgets.ts";
import type { Budgets, Lockout } from "./limit-ports.ts";
import type { PasswordHasher } from "./password-ports.ts";
import type { Client, InBackground, Secrets, Stores, Transact } from "./ports.ts";
import type { Tokens } from "./session-ports.ts";
import { type SignedIn, startSession } from "./start-session.ts";

/** No account has this id: what is looked up for somebody who is unknown costs the same. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

export interface PasswordCheckDeps {
  readonly budgets: Budgets;
  readonly lockout: Lockout;
  readonly hasher: PasswordHasher;
  readonly stores: Pick<Stores, "users" | "passwords" | "audit">;
  readonly clock: Clock;
}

export interface SignInByPasswordDeps extends PasswordCheckDeps {
  readonly transact: Transact;
  readonly secrets: Secrets;
  readonly tokens: Tokens;
  readonly newId: NewId;
  readonly inBackground: InBackground;
  /** Attempts that one address has in an hour. */
  readonly otpRequestsPerAddress: number;
}

/** One error for an unknown name, a wrong password, an account without one and one that is blocked. */
export const wrongPassword = (): KioskError =>
  unauthenticated("The username, the e-mail address or the password is wrong.");

/**
 * Compares a password with that of an account, known or not (null), at the same cost; what is counted is counted before. Answers
 * the hash that it fits. Fails with `UNAUTHENTICATED`, `TRY_LATER` (guessed too often) or `UNAVAILABLE`.
 */
export const checkPassword = async (
  deps: PasswordCheckDeps,
  input: {
    readonly user: User | null;
    readonly subject: string;
    readonly password: string;
    readonly client: Client;
  },
): Promise<string> => {
  const { user, subject, client } = input;
  await spendOrRefuse(deps.budgets, passwordBudgets.perAccount, subject);
  const taken = await deps.lockout.take(subject);
  if (taken.outcome === "closed") throw tryLater(taken.retryAfterSeconds);
  const stored = await deps.stores.passwords.find(user?.id ?? NOBODY);
  const isRight = await deps.hasher.verify(normalizePassword(input.password), stored);
  if (isRight && stored !== null && user?.status === "active") {
    await taken.succeeded();
    return stored;
  }
  await taken.failed();
  const who = { userId: user?.id ?? null, telegramUserId: user?.telegramUserId ?? null };
  await deps.stores.audit.append([{ kind: "password-refused", at: deps.clock.now(), ...who, ...client }]);
  throw wrongPassword();
};

/** Hashes a password anew where parameters have changed since: beside the answer, and without it where there is no room. */
const strengthen = (
  { hasher, stores, inBackground }: SignInByPasswordDeps,
  user: User,
  password: string,
  from: string,
) => {
  if (!hasher.isOutdated(from)) return;
  inBackground("hashing a password anew", async () => {
    const to = await hasher.hash(normalizePassword(password));
    await stores.passwords.strengthen({ userId: user.id, from, to });
  });
};

/**
 * Signs in by username or e-mail address and password. Fails with `UNAUTHENTICATED`, the same for everything that is wrong,
 * `TRY_LATER` or `UNAVAILABLE`.
 */
export const signInByPassword =
  (deps: SignInByPasswordDeps) =>
  async ({
    login,
    password,
    client,
  }: {
    login: string;
    password: string;
    client: Client;
  }): Promise<SignedIn> => {
    await spendOrRefuse(deps.budgets, passwordBudgets.perAddress(deps.otpRequestsPerAddress), client.ip);
    await spendOrRefuse(deps.budgets, passwordBudgets.inShop, passwordBudgets.SHOP);
    const known = await deps.stores.users.findByLogin(login);
    const subject = known?.id ?? deps.secrets.hash(login.toLowerCase());
    const stored = await checkPassword(deps, { user: known, subject, password, client });
    const now = deps.clock.now();
    const { user, session, tokenId } = await deps.transact(async (stores) => {
      const user = await stores.users.lock(known?.id ?? NOBODY);
      // Changed or barred since: whoever did it has ended the sessions that there were, and none may follow.
      if (user === null || user.status !== "active") throw wrongPassword();
      if ((await stores.passwords.find(user.id)) !== stored) throw wrongPassword();
      const start = { user, method: "password", challengeId: null, client, now } as const;
      return { user, ...(await startSession(deps, stores, start)) };
    });
    strengthen(deps, user, password, stored);
    return { user, ...(await deps.tokens.sign({ session, role: user.role, tokenId, now })) };
  };
