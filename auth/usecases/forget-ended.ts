import type { Clock } from "../../shared/kernel/clock.ts";
import { DEVICE_MEMORY_MS } from "../domain/device.ts";
import type { Stores } from "./ports.ts";

const DAY_MS = 86_400_000;
/** A challenge is kept so long after its end: long enough to look into a complaint. */
export const CHALLENGE_KEEP_MS = DAY_MS;
/** A session is kept so long after its end: its refresh tokens are known as used until then, and its device as the account's. */
export const SESSION_KEEP_MS = DEVICE_MEMORY_MS;
/** Rows of one statement, and statements of one run; the next run takes the rest. */
const BATCH = 1_000;
const BATCHES_MAX = 50;

const inBatches = async (forgetSome: (limit: number) => Promise<number>): Promise<number> => {
  let forgotten = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const count = await forgetSome(BATCH);
    forgotten += count;
    if (count < BATCH) break;
  }
  return forgotten;
};

export interface ForgetEndedDeps {
  readonly stores: Pick<Stores, "challenges" | "sessions" | "audit">;
  readonly clock: Clock;
  /** Days that security events keep where they came from. */
  readonly auditAddressDays: number;
}

/** How much was forgotten; `places` are addresses and devices of security events, which stay themselves. */
export type Forgotten = {
  readonly challenges: number;
  readonly sessions: number;
  readonly places: number;
};

/**
 * Deletes challenges and sessions that ended long ago, and what security events of long ago tell of a person beside the fact. Any instance
 * may run it at any time.
 */
export const forgetEnded =
  ({ stores, clock, auditAddressDays }: ForgetEndedDeps) =>
  async (): Promise<Forgotten> => {
    const now = clock.now().getTime();
    const challengesBefore = new Date(now - CHALLENGE_KEEP_MS);
    const sessionsBefore = new Date(now - SESSION_KEEP_MS);
    const placesBefore = new Date(now - auditAddressDays * DAY_MS);
    return {
      challenges: await inBatches((limit) => stores.challenges.deleteExpired(challengesBefore, limit)),
      sessions: await inBatches((limit) => stores.sessions.deleteEnded(sessionsBefore, limit)),
      places: await inBatches((limit) => stores.audit.forgetPlaces(placesBefore, limit)),
    };
  };
