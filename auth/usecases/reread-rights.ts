import { roleAtLeast } from "../../shared/contracts/permissions.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { forbidden, unauthenticated } from "../../shared/kernel/errors.ts";
import { rightsIn } from "../domain/rights.ts";
import { isActiveAdmin, type User, type UserRole } from "../domain/user.ts";
import type { Stores, TransactionStores } from "./ports.ts";

export interface RereadRightsDeps {
  readonly stores: Pick<Stores, "users" | "sessions">;
  /** Rejects with `UNAUTHENTICATED`. */
  readonly verify: (token: string) => Promise<Principal>;
  readonly clock: Clock;
}

/** What the account is now, as far as the session may act as that. */
export const roleNow = (user: User, { withheld }: Pick<Principal, "withheld">): UserRole =>
  withheld === undefined ? user.role : rightsIn(user, { provedAt: null }).role;

/**
 * Verifies a token as every service does and, where it claims more than a customer's rights, reads the session and the
 * account as well: where accounts are, a right that was taken away is gone at once. Fails with `UNAUTHENTICATED`.
 */
export const rereadRights =
  ({ stores, verify, clock }: RereadRightsDeps) =>
  async (token: string): Promise<Principal> => {
    const principal = await verify(token);
    if (!roleAtLeast(principal.role, "staff")) return principal;
    const owner = await stores.sessions.liveOwner(principal.sessionId, clock.now());
    const user = owner === principal.userId ? await stores.users.find(owner) : null;
    if (user === null || user.status !== "active")
      throw unauthenticated("This session has been ended: sign in again.");
    return { ...principal, role: roleNow(user, principal) };
  };

/**
 * Locks the user that an admin acts on and the admin, whose rights are read again under the lock: of two admins who take
 * each other's rights one is too late. Both always in the order of their ids, so that nobody waits in a ring. Answers the
 * user, or null where there is none. Fails with `FORBIDDEN`.
 */
export const lockForAdmin = async (
  { users }: Pick<TransactionStores, "users">,
  { userId, actorId }: { readonly userId: string; readonly actorId: string },
): Promise<User | null> => {
  const locked = new Map<string, User | null>();
  for (const id of [userId, actorId].toSorted()) locked.set(id, await users.lock(id));
  if (!isActiveAdmin(locked.get(actorId) ?? null)) throw forbidden();
  return locked.get(userId) ?? null;
};
