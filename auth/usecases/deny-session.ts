import type { Session } from "../domain/session.ts";
import { announceEnded, type EndSessionsDeps, revokeWithin } from "./end-sessions.ts";
import type { TransactionStores } from "./ports.ts";

export type DenySessionDeps = Omit<EndSessionsDeps, "stores">;

interface Denial {
  readonly sessionId: string;
  /** Who tapped, as Telegram says. */
  readonly telegramUserId: number;
}

/**
 * The owner says that a session is not theirs, as a part of the caller's transaction: it ends, and its device is not known as theirs from
 * then on, also where whoever had it has signed out meanwhile. Once: answers the session if it ended by this.
 */
export const disownWithin = async (
  { sessions, events, audit }: Pick<TransactionStores, "sessions" | "events" | "audit">,
  { id: sessionId, userId }: Pick<Session, "id" | "userId">,
  { telegramUserId, now }: { readonly telegramUserId: number; readonly now: Date },
): Promise<readonly string[]> => {
  if (!(await sessions.disown(sessionId, now))) return [];
  const end = { userId, sessionId, reason: "logout", now } as const;
  const ended = await revokeWithin({ sessions, events, audit }, end);
  await audit.append([{ kind: "session-denied", at: now, userId, sessionId, telegramUserId }]);
  return ended;
};

/** Answers the session that ended; none where it has ended already or is somebody else's. */
const denyWithin = async (
  stores: TransactionStores,
  { sessionId, telegramUserId }: Denial,
  now: Date,
): Promise<readonly string[]> => {
  const session = await stores.sessions.find(sessionId);
  const owner = session === null ? null : await stores.users.find(session.userId);
  if (session === null || owner?.telegramUserId !== telegramUserId) return [];
  return disownWithin(stores, session, { telegramUserId, now });
};

/**
 * "Not me" below the notice of a sign-in on a new device: that session ends. Codes are not muted, as they are where somebody asks for them
 * without end: the person may want one now, to look at the account.
 */
export const denySession =
  (deps: DenySessionDeps) =>
  async (denial: Denial): Promise<{ outcome: "denied" | "unknown" }> => {
    const now = deps.clock.now();
    const ended = await deps.transact((stores) => denyWithin(stores, denial, now));
    await announceEnded(deps, ended, now);
    return { outcome: ended.length === 0 ? "unknown" : "denied" };
  };
