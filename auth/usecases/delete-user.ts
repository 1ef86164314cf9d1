import { conflict, notFound } from "../../shared/kernel/errors.ts";
import { erased } from "../domain/user.ts";
import { announceEnded, type EndSessionsDeps, revokeWithin } from "./end-sessions.ts";
import type { TransactionStores } from "./ports.ts";

export type DeleteUserDeps = Omit<EndSessionsDeps, "stores">;

export interface DeleteUserInput {
  readonly userId: string;
  /** Who deletes: the person or an admin. */
  readonly actorId: string;
}

const deleteWithin = async (
  stores: TransactionStores,
  { userId, actorId }: DeleteUserInput,
  now: Date,
): Promise<readonly string[]> => {
  const before = await stores.users.lock(userId);
  if (before === null) throw notFound("user");
  if (before.role === "admin" && userId === actorId)
    throw conflict("An admin cannot delete the own account: ask another admin.");
  const user = erased(before, now);
  const ended = await revokeWithin(stores, { userId, sessionId: null, reason: "deleted", actorId, now });
  await stores.users.update(user);
  await stores.events.append([{ type: "user.deleted", user, at: now }]);
  await stores.audit.append([{ kind: "user-deleted", at: now, userId, actorId }]);
  return ended;
};

/**
 * Erases an account: what tells of the person goes, the sessions end, everybody is told. Fails with `NOT_FOUND`, or
 * with `CONFLICT` for an admin's own account.
 */
export const deleteUser =
  (deps: DeleteUserDeps) =>
  async (input: DeleteUserInput): Promise<void> => {
    const now = deps.clock.now();
    const ended = await deps.transact((stores) => deleteWithin(stores, input, now));
    await announceEnded(deps, ended, now);
  };
