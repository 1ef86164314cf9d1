import { roleAtLeast } from "../../shared/contracts/permissions.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { forbidden, unauthenticated } from "../../shared/kernel/errors.ts";
import { type Rights, rightsIn } from "../domain/rights.ts";
import { isActiveAdmin, type User } from "../domain/user.ts";
import type { Stores, TransactionStores } from "./ports.ts";

export interface RereadRightsDeps {
  readonly stores: Pick<Stores, "users" | "sessions">;
  /** Rejects with `UNAUTHENTICATED`. */
  readonly verify: (token: string) => Promise<Principal>;
  readonly clock: Clock;
}

/**
 * The account as it is now, and what the session may do of that: never more than its token says of what is withheld, and never an
 * admin's rights that no code has begun, though the account got the role after the token was made. Null where either has ended.
 */
export const standingNow = async (
  { stores, clock }: Pick<RereadRightsDeps, "stores" | "clock">,
  { sessionId, userId, withheld }: Principal,
): Promise<{ readonly user: User; readonly rights: Rights } | null> => {
  const session = await stores.sessions.findLive(sessionId, clock.now());
  const user = session?.userId === userId ? await stores.users.find(userId) : null;
  if (session === null || user === null || user.status !== "active") return null;
  return { user, rights: rightsIn(user, withheld === undefined ? session : { provedAt: null }) };
};

/**
 * Verifies a token as every service does and, where it claims more than a customer's rights, reads the session and the
 * account as well: where accounts are, a right that was taken away is gone at once. Fails with `UNAUTHENTICATED`.
 */
export const rereadRights =
  (deps: RereadRightsDeps) =>
  async (token: string): Promise<Principal> => {
    const principal = await deps.verify(token);
    if (!roleAtLeast(principal.role, "staff")) return principal;
    const standing = await standingNow(deps, principal);
    if (standing === null) throw unauthenticated("This session has been ended: sign in again.");
    const { role, withheld } = standing.rights;
    return { ...principal, role, ...(withheld === null ? {} : { withheld }) };
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
