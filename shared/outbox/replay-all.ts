import { asc, eq } from "drizzle-orm";
import { isKioskError, type KioskError } from "../kernel/errors.ts";
import type { Queryable } from "../ports/database.ts";
import { countParked, isWaiting, type ReplayDeps, replayParked } from "./parked.ts";
import { parkedMessage } from "./schema.ts";

/** Messages of one call: what fails is listed in its answer. */
const REPLAY_MAX = 200;
/** No message is begun after so long, so that the answer comes well within the gateway's deadline of 5 s. */
const REPLAY_MS = 1_500;

export interface ReplayAllOptions {
  /** Of this queue; of all where it is missing. */
  readonly queue?: string | undefined;
  readonly max?: number;
  readonly withinMs?: number;
}

export interface ReplayedAll {
  readonly replayed: number;
  /** Those that stay parked, and why. */
  readonly failed: readonly { readonly id: string; readonly error: string }[];
  /** Those that wait and that this call did not come to. */
  readonly remaining: number;
}

/** Those tried least come first, so that repeated calls come to all, however many fail each time. */
const idsInTurn = async (db: Queryable, queue: string | undefined, max: number): Promise<string[]> => {
  const rows = await db
    .select({ id: parkedMessage.id })
    .from(parkedMessage)
    .where(isWaiting(queue))
    .orderBy(asc(parkedMessage.attempts), asc(parkedMessage.id))
    .limit(max);
  return rows.map(({ id }) => id);
};

const waits = async (db: Queryable, id: string): Promise<boolean> => {
  const [row] = await db
    .select({ state: parkedMessage.state })
    .from(parkedMessage)
    .where(eq(parkedMessage.id, id));
  return row?.state === "parked";
};

/**
 * Replays what is parked, one message after the other and each in a transaction of its own: a bounded piece of work, to be
 * asked for again while something remains. Several at once take nothing twice. Fails with `UNAVAILABLE`; what was
 * replayed until then stays so.
 */
export const replayAllParked = (deps: ReplayDeps) => {
  const { db } = deps.database;
  const replay = replayParked(deps);
  /** Null when it was replayed; `elsewhere` when somebody else has taken care of it meanwhile. */
  const failureOf = async (id: string): Promise<KioskError | "elsewhere" | null> => {
    try {
      await replay(id);
      return null;
    } catch (error) {
      if (!isKioskError(error, "CONFLICT") && !isKioskError(error, "NOT_FOUND")) throw error;
      return (await waits(db, id)) ? error : "elsewhere";
    }
  };

  return async ({ queue, max = REPLAY_MAX, withinMs = REPLAY_MS }: ReplayAllOptions = {}) => {
    const begin = performance.now();
    let replayed = 0;
    const failed: { id: string; error: string }[] = [];
    for (const id of await idsInTurn(db, queue, max)) {
      if (replayed + failed.length > 0 && performance.now() - begin > withinMs) break;
      const failure = await failureOf(id);
      if (failure === null) replayed += 1;
      else if (failure !== "elsewhere") failed.push({ id, error: failure.message });
    }
    const remaining = Math.max(0, (await countParked(db, queue)) - failed.length);
    return { replayed, failed, remaining } satisfies ReplayedAll;
  };
};
