import { announceEnded, type EndSessionsDeps, revokeWithin } from "./end-sessions.ts";
import type { TransactionStores } from "./ports.ts";

export type DenySessionDeps = Omit<EndSessionsDeps, "stores">;

interface Denial {
  readonly sessionId: string;
  /** Who tapped, as Telegram says. */
  readonly telegramUserId: number;
}

/** Answers the session that ended; none where it has ended already or is somebody else's. */
const denyWithin = async (
  stores: TransactionStores,
  { sessionId, telegramUserId }: Denial,
  now: Date,
): Promise<readonly string[]> => {
  const userId = await stores.sessions.liveOwner(sessionId, now);
  const owner = userId === null ? null : await stores.users.find(userId);
  if (owner?.telegramUserId !== telegramUserId) return [];
  const ended = await revokeWithin(stores, { userId: owner.id, sessionId, reason: "logout", now });
  await stores.audit.append(
    ended.map((id) => ({
      kind: "session-denied",
      at: now,
      ...{ userId: owner.id, sessionId: id, telegramUserId },
    })),
  );
  return ended;
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
