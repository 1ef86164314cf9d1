import type { Clock } from "../../shared/kernel/clock.ts";
import type { Stores } from "./ports.ts";

const DAY_MS = 86_400_000;
/** A challenge is kept so long after its end: long enough to look into a complaint. */
export const CHALLENGE_KEEP_MS = DAY_MS;
/** A session is kept so long after its end: its refresh tokens are known as used until then. */
export const SESSION_KEEP_MS = 30 * DAY_MS;
/** Rows of one statement, and statements of one run; the next run takes the rest. */
const BATCH = 1_000;
const BATCHES_MAX = 50;

const inBatches = async (deleteSome: (limit: number) => Promise<number>): Promise<number> => {
  let deleted = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const count = await deleteSome(BATCH);
    deleted += count;
    if (count < BATCH) break;
  }
  return deleted;
};

/** Deletes challenges and sessions that ended long ago. Any instance may run it at any time. */
export const forgetEnded =
  ({ stores, clock }: { stores: Pick<Stores, "challenges" | "sessions">; clock: Clock }) =>
  async (): Promise<{ challenges: number; sessions: number }> => {
    const now = clock.now().getTime();
    const challengesBefore = new Date(now - CHALLENGE_KEEP_MS);
    const sessionsBefore = new Date(now - SESSION_KEEP_MS);
    return {
      challenges: await inBatches((limit) => stores.challenges.deleteExpired(challengesBefore, limit)),
      sessions: await inBatches((limit) => stores.sessions.deleteEnded(sessionsBefore, limit)),
    };
  };
