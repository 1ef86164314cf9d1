import type { Session } from "../domain/session.ts";
import { disownWithin } from "./deny-session.ts";
import { announceEnded, type EndSessionsDeps } from "./end-sessions.ts";
import type { MutedChats } from "./limit-ports.ts";
import type { TransactionStores } from "./ports.ts";

export interface DenyChallengeDeps extends Omit<EndSessionsDeps, "stores"> {
  readonly mutedChats: MutedChats;
}

interface Denial {
  readonly challengeId: string;
  readonly telegramUserId: number;
}

/** The session that asked for a fresh code: who holds it is not the person. */
const asking = async (
  { challenges, sessions }: TransactionStores,
  challengeId: string,
): Promise<Session | null> => {
  const id = await challenges.askedBy(challengeId);
  return id === null ? null : sessions.find(id);
};

/** Answers the sessions that ended with it, or null where the challenge is none of theirs. */
const denyWithin = async (
  stores: TransactionStores,
  { challengeId, telegramUserId }: Denial,
  now: Date,
): Promise<readonly string[] | null> => {
  if (!(await stores.challenges.deny({ id: challengeId, telegramUserId, now }))) return null;
  await stores.audit.append([{ kind: "challenge-denied", at: now, challengeId, telegramUserId }]);
  const session = (await stores.sessions.findByChallenge(challengeId)) ?? (await asking(stores, challengeId));
  return session === null ? [] : disownWithin(stores, session, { telegramUserId, now });
};

/**
 * "Not me": the challenge is over, and with it the session that somebody may have got by it already, or that asked for it. The chat gets no
 * codes for a while, so that nobody can tire the person out. Fails with `UNAVAILABLE`.
 */
export const denyChallenge =
  (deps: DenyChallengeDeps) =>
  async (denial: Denial): Promise<{ outcome: "denied" | "unknown" }> => {
    const now = deps.clock.now();
    const ended = await deps.transact((stores) => denyWithin(stores, denial, now));
    if (ended === null) return { outcome: "unknown" };
    await announceEnded(deps, ended, now);
    await deps.mutedChats.mute(denial.telegramUserId);
    return { outcome: "denied" };
  };
