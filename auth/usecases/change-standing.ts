import { conflict, notFound } from "../../shared/kernel/errors.ts";
import { losesRights, type StandingChange, type User, withStanding } from "../domain/user.ts";
import { announceEnded, type EndSessionsDeps, revokeWithin } from "./end-sessions.ts";
import type { AuditEntry, TransactionStores } from "./ports.ts";
import { lockForAdmin } from "./reread-rights.ts";

export type ChangeStandingDeps = Omit<EndSessionsDeps, "stores">;

export interface ChangeStandingInput {
  readonly userId: string;
  readonly change: StandingChange;
  readonly actorId: string;
}

/** Who changes a standing: an admin, or a command beside the shop, which is named in the audit log. */
export type StandingChanger = { readonly actorId: string } | { readonly command: string };

const auditOf = (before: User, user: User, changer: StandingChanger, at: Date): AuditEntry[] => {
  const entries: AuditEntry[] = [];
  const [actorId, by] = "actorId" in changer ? [changer.actorId, ""] : [null, ` (${changer.command})`];
  const who = { at, userId: user.id, actorId };
  if (user.role !== before.role)
    entries.push({ kind: "role-changed", ...who, detail: `${before.role} → ${user.role}${by}` });
  if (user.status !== before.status)
    entries.push({ kind: "status-changed", ...who, detail: `${before.status} → ${user.status}${by}` });
  return entries;
};

/** Changes the standing of a user whose row is locked, with all that follows from it, as a part of a larger transaction. */
export const standWithin = async (
  stores: TransactionStores,
  before: User,
  { change, changer }: { readonly change: StandingChange; readonly changer: StandingChanger },
  now: Date,
): Promise<{ user: User; ended: readonly string[] }> => {
  const userId = before.id;
  const user = withStanding(before, change, now);
  if (user === before) return { user, ended: [] };
  await stores.users.update(user);
  await stores.events.append([{ type: "user.updated", user, at: now }]);
  await stores.audit.append(auditOf(before, user, changer, now));
  if (!losesRights(before, user)) return { user, ended: [] };
  const reason = user.status === "blocked" ? "blocked" : "admin";
  const actor = "actorId" in changer ? { actorId: changer.actorId } : {};
  return { user, ended: await revokeWithin(stores, { userId, sessionId: null, reason, ...actor, now }) };
};

const changeWithin = async (
  stores: TransactionStores,
  { userId, change, actorId }: ChangeStandingInput,
  now: Date,
): Promise<{ user: User; ended: readonly string[] }> => {
  const before = await lockForAdmin(stores, { userId, actorId });
  if (before === null) throw notFound("user");
  return standWithin(stores, before, { change, changer: { actorId } }, now);
};

/**
 * Changes somebody's role or status. Who loses rights loses the sessions with them: their access tokens say the old
 * role. Fails with `NOT_FOUND`, with `FORBIDDEN` where the actor is no admin any more, or with `CONFLICT` on oneself, so that
 * the last admin cannot lock the door behind them.
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
