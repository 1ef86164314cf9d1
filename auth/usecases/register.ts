import type { Clock } from "../../shared/kernel/clock.ts";
import { invalid } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { normalizePassword, passwordFault } from "../domain/password.ts";
import { newPasswordUser } from "../domain/password-user.ts";
import { passwordBudgets, spendOrRefuse } from "./budgets.ts";
import type { Budgets } from "./limit-ports.ts";
import type { PasswordHasher } from "./password-ports.ts";
import type { Client, Transact } from "./ports.ts";
import type { Tokens } from "./session-ports.ts";
import { type SignedIn, startSession } from "./start-session.ts";

export interface RegisterDeps {
  readonly transact: Transact;
  readonly budgets: Budgets;
  readonly hasher: PasswordHasher;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Registrations that one address has in an hour. */
  readonly otpRequestsPerAddress: number;
  readonly shopName: string;
}

export interface Registration {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly client: Client;
}

/**
 * Makes an account that signs in by password, and signs it in. Fails with `VALIDATION` (the password), `CONFLICT` (the username
 * or the address is taken), `TRY_LATER` or `UNAVAILABLE`.
 */
export const register =
  (deps: RegisterDeps) =>
  async ({ username, email, password: typed, client }: Registration): Promise<SignedIn> => {
    await spendOrRefuse(
      deps.budgets,
      passwordBudgets.registrationsPerAddress(deps.otpRequestsPerAddress),
      client.ip,
    );
    await spendOrRefuse(deps.budgets, passwordBudgets.inShop, passwordBudgets.SHOP);
    const password = normalizePassword(typed);
    const fault = passwordFault(password, { username, email, shop: deps.shopName });
    if (fault !== null) throw invalid("/body/password", fault);
    const hash = await deps.hasher.hash(password);
    const now = deps.clock.now();
    const user = newPasswordUser({ id: deps.newId(), username, email, now });
    const { session, tokenId } = await deps.transact(async (stores) => {
      await stores.users.insert(user);
      await stores.passwords.save({ userId: user.id, hash, now });
      await stores.events.append([{ type: "user.created", user, at: now }]);
      await stores.audit.append([
        { kind: "user-created", at: now, userId: user.id, ...client, detail: "password" },
      ]);
      return startSession(deps, stores, { user, method: "password", challengeId: null, client, now });
    });
    return { user, ...(await deps.tokens.sign({ session, role: user.role, tokenId, now })) };
  };
