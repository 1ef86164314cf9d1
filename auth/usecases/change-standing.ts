import { conflict, notFound } from "../../shared/kernel/errors.ts";
import { losesRights, type StandingChange, type User, withStanding } from "../domain/user.ts";
import { announceEnded, type EndSessionsDeps, revokeWithin } from "./end-sessions.ts";
import type { AuditEntry, TransactionStores } from "./ports.ts";

export type ChangeStandingDeps = Omit<EndSessionsDeps, "stores">;

export interface ChangeStandingInput {
  readonly userId: string;
  readonly change: StandingChange;
  readonly actorId: string;
}

const auditOf = (before: User, user: User, actorId: string, at: Date): AuditEntry[] => {
  const entries: AuditEntry[] = [];
  const who = { at, userId: user.id, actorId };
  if (user.role !== before.role)
    entries.push({ kind: "role-changed", ...who, detail: `${before.role} → ${user.role}` });
  if (user.status !== before.status)
    entries.push({ kind: "status-changed", ...who, detail: `${before.status} → ${user.status}` });
  return entries;
};

const changeWithin = async (
  stores: TransactionStores,
  { userId, change, actorId }: ChangeStandingInput,
  now: Date,
): Promise<{ user: User; ended: readonly string[] }> => {
  const before = await stores.users.lock(userId);
  if (before === null) throw notFound("user");
  const user = withStanding(before, change, now);
  if (user === before) return { user, ended: [] };
  await stores.users.update(user);
  await stores.events.append([{ type: "user.updated", user, at: now }]);
  await stores.audit.append(auditOf(before, user, actorId, now));
  if (!losesRights(before, user)) return { user, ended: [] };
  const reason = user.status === "blocked" ? "blocked" : "admin";
  return { user, ended: await revokeWithin(stores, { userId, sessionId: null, reason, actorId, now }) };
};

/**
 * Changes somebody's role or status. Who loses rights loses the sessions with them: their access tokens say the old
 * role. Fails with `NOT_FOUND`, or with `CONFLICT` on oneself, so that the last admin cannot lock the door behind them.
 */
export const changeStanding =
  (deps: ChangeStandingDeps) =>
  async (input: ChangeStandingInput): Promise<User> => {
    if (input.userId === input.actorId)
      throw conflict("You cannot change your own role or status: ask another admin.");
    const now = deps.clock.now();
    const { user, ended } = await deps.transact((stores) => changeWithin(stores, input, now));
    await announceEnded(deps, ended, now);
    return user;
  };
