import type { Clock } from "../../shared/kernel/clock.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import { forgetAfter, type RevokeReason, type Session } from "../domain/session.ts";
import type { Stores, Transact, TransactionStores } from "./ports.ts";
import type { AnnounceRevoked } from "./session-ports.ts";

export interface EndSessionsDeps {
  readonly stores: Pick<Stores, "sessions">;
  readonly transact: Transact;
  readonly announceRevoked: AnnounceRevoked;
  readonly clock: Clock;
  readonly accessTtlSeconds: number;
}

export interface EndSessionsInput {
  readonly userId: string;
  /** null: all of them. */
  readonly sessionId: string | null;
  /** The one that stays where all are ended. */
  readonly exceptId?: string;
  readonly reason: RevokeReason;
  /** Who ended them, where that is not the user. */
  readonly actorId?: string;
  /** Why, in the record, where the reason does not say it all. */
  readonly detail?: string;
  /** The device of the one session that is named, in words, where the person is to be told of it. */
  readonly device?: string;
}

/** Revokes sessions with all that belongs to it, as a part of a larger transaction. Answers their ids. */
export const revokeWithin = async (
  stores: Pick<TransactionStores, "sessions" | "events" | "audit">,
  input: EndSessionsInput & { readonly now: Date },
): Promise<string[]> => {
  const { userId, reason, device, now: at } = input;
  const ids = await stores.sessions.revoke(input);
  await stores.events.append(
    ids.map((sessionId) => ({ type: "session.revoked", sessionId, userId, reason, device, at })),
  );
  const actorId = input.actorId ?? null;
  await stores.audit.append(
    ids.map((sessionId) => ({
      kind: "session-revoked",
      at,
      userId,
      actorId,
      sessionId,
      detail: input.detail ?? reason,
    })),
  );
  return ids;
};

/** Says at once that sessions have ended; to be called after the commit. */
export const announceEnded = (
  { announceRevoked, accessTtlSeconds }: Pick<EndSessionsDeps, "announceRevoked" | "accessTtlSeconds">,
  ids: readonly string[],
  at: Date,
): Promise<void> =>
  announceRevoked(ids.map((sid) => ({ sid, forgetAfter: forgetAfter(at, accessTtlSeconds).toISOString() })));

/** Ends one session of a user, or all. Answers how many ended; ending what has ended already is no failure. */
export const endSessions =
  (deps: EndSessionsDeps) =>
  async (input: EndSessionsInput): Promise<{ ended: number }> => {
    const now = deps.clock.now();
    const ids = await deps.transact((stores) => revokeWithin(stores, { ...input, now }));
    await announceEnded(deps, ids, now);
    return { ended: ids.length };
  };

/** Ends a session that the user picked from the list. Fails with `NOT_FOUND` where it is not theirs or has ended. */
export const endChosenSession =
  (deps: EndSessionsDeps) =>
  async (input: { userId: string; sessionId: string }): Promise<void> => {
    const { ended } = await endSessions(deps)({ ...input, reason: "logout" });
    if (ended === 0) throw notFound("session");
  };

/** Ends every session of a user but the one that asks. Answers how many ended. */
export const endOtherSessions =
  (deps: EndSessionsDeps) =>
  (input: { userId: string; sessionId: string }): Promise<{ ended: number }> =>
    endSessions(deps)({
      userId: input.userId,
      sessionId: null,
      exceptId: input.sessionId,
      reason: "logout-all",
    });

export const listSessions =
  ({ stores, clock }: Pick<EndSessionsDeps, "stores" | "clock">) =>
  (userId: string): Promise<Session[]> =>
    stores.sessions.listLive(userId, clock.now());

/** What must be refused now: revoked, and an access token of it may still live. */
export const listRevoked =
  ({ stores, clock, accessTtlSeconds }: Pick<EndSessionsDeps, "stores" | "clock" | "accessTtlSeconds">) =>
  async (): Promise<{ sid: string; forgetAfter: Date }[]> => {
    const now = clock.now();
    // A session that was revoked this long ago may be forgotten just now.
    const since = new Date(2 * now.getTime() - forgetAfter(now, accessTtlSeconds).getTime());
    const revoked = await stores.sessions.revokedSince(since);
    return revoked.map(({ id, revokedAt }) => ({
      sid: id,
      forgetAfter: forgetAfter(revokedAt, accessTtlSeconds),
    }));
  };
