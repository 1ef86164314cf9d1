import { SESSIONS_MAX } from "../domain/session.ts";
import { revokeWithin } from "./end-sessions.ts";
import type { TransactionStores } from "./ports.ts";

/**
 * Makes room for one more session of a user, as a part of the transaction that has locked them: of those that live, the ones that were used
 * longest ago end. To others each is a logout, and it is told to them by their next look at the list of ended sessions: within four seconds.
 */
export const endBeyondLimit = async (
  stores: Pick<TransactionStores, "sessions" | "events" | "audit">,
  { userId, now }: { readonly userId: string; readonly now: Date },
): Promise<void> => {
  const surplus = (await stores.sessions.listLive(userId, now)).slice(SESSIONS_MAX - 1);
  for (const { id: sessionId } of surplus)
    await revokeWithin(stores, { userId, sessionId, reason: "logout", detail: "one session too many", now });
};
