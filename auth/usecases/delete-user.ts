import { conflict, notFound } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { assertMeant } from "../domain/erasure.ts";
import { erased, type User } from "../domain/user.ts";
import { announceEnded, type EndSessionsDeps, revokeWithin } from "./end-sessions.ts";
import type { Erasure, NewErasure } from "./erasure-ports.ts";
import type { Secrets, TransactionStores } from "./ports.ts";
import { lockForAdmin } from "./reread-rights.ts";
import type { SessionStore } from "./session-ports.ts";

export interface DeleteUserDeps extends Omit<EndSessionsDeps, "stores"> {
  readonly secrets: Pick<Secrets, "challengeSecret" | "hash">;
  readonly newId: NewId;
  /** An erasure waits to be gone on with. */
  readonly wakeErasures: () => void;
}

export interface DeleteUserInput {
  readonly userId: string;
  /** Who deletes: the person or an admin. */
  readonly actorId: string;
}

/** An erasure that has begun, and what opens its receipt: told once, to the person alone. */
export interface BegunErasure {
  readonly erasure: Pick<Erasure, "id" | "requestedAt" | "doneAt">;
  readonly secret: string | null;
}

/** What was begun, or had been before; the sessions that ended by it. */
interface Deleted extends BegunErasure {
  readonly ended: readonly string[];
}

const erasureOf = (
  before: User,
  after: User,
  facts: Pick<NewErasure, "id" | "requestedBy" | "secretHash" | "requestedAt">,
): NewErasure => ({
  ...facts,
  userId: before.id,
  userVersion: after.version,
  telegramUserId: before.telegramUserId,
  language: before.language,
});

const deleteWithin = async (
  { secrets, newId }: DeleteUserDeps,
  stores: TransactionStores,
  { userId, actorId }: DeleteUserInput,
  now: Date,
): Promise<Deleted> => {
  const isOwn = userId === actorId;
  const before = isOwn ? await stores.users.lock(userId) : await lockForAdmin(stores, { userId, actorId });
  if (before === null) {
    const known = await stores.erasures.findByUser(userId);
    if (known === null) throw notFound("user");
    return { erasure: known, secret: null, ended: [] };
  }
  if (before.role === "admin" && isOwn)
    throw conflict("An admin cannot delete the own account: ask another admin.");
  const user = erased(before, now);
  const ended = await revokeWithin(stores, { userId, sessionId: null, reason: "deleted", actorId, now });
  await stores.users.update(user);
  await stores.passwords.remove(userId);
  await stores.identities.forget(userId);
  await stores.events.append([{ type: "user.deleted", user, at: now }]);
  await stores.audit.append([{ kind: "user-deleted", at: now, userId, actorId }]);
  const secret = isOwn ? secrets.challengeSecret() : null;
  const begun = erasureOf(before, user, {
    id: newId(),
    requestedBy: isOwn ? "person" : "admin",
    secretHash: secret === null ? null : secrets.hash(secret),
    requestedAt: now,
  });
  await stores.erasures.begin(begun);
  await stores.erasures.forgetSignIns({
    userId,
    phone: before.phone,
    telegramUserId: before.telegramUserId,
  });
  return { erasure: { ...begun, doneAt: null }, secret, ended };
};

/**
 * Erases an account: what tells of the person goes, the sessions end, everybody is told, and the erasure over all services
 * begins. Whose has been erased already is answered with that erasure, without the secret. Fails with `NOT_FOUND`, with
 * `FORBIDDEN` where the actor is no admin any more, or with `CONFLICT` for an admin's own account.
 */
export const deleteUser =
  (deps: DeleteUserDeps) =>
  async (input: DeleteUserInput): Promise<BegunErasure> => {
    const now = deps.clock.now();
    const { ended, ...begun } = await deps.transact((stores) => deleteWithin(deps, stores, input, now));
    deps.wakeErasures();
    await announceEnded(deps, ended, now);
    return begun;
  };

export interface DeleteOwnDeps extends DeleteUserDeps {
  readonly stores: { readonly sessions: Pick<SessionStore, "find"> };
}

/** The same by the person. Fails with `VALIDATION` too, where they neither say that they mean it nor have just signed in. */
export const deleteOwnAccount =
  (deps: DeleteOwnDeps) =>
  async (input: {
    userId: string;
    sessionId: string;
    confirm: "erase" | undefined;
  }): Promise<BegunErasure> => {
    const { userId, sessionId, confirm } = input;
    const session = await deps.stores.sessions.find(sessionId);
    assertMeant({ confirm, signedInAt: session?.createdAt ?? null, now: deps.clock.now() });
    return deleteUser(deps)({ userId, actorId: userId });
  };
