import type { Database } from "../ports/database.ts";
import { type Difference, persists } from "./copy.ts";
import { compareStretch, type ReplicaPair } from "./stretch.ts";

/**
 * Waits before the differences that are left are looked at again: most news arrives within the first. What is still not there
 * after all of them, five seconds in all, is drift: the bound within which a replica has to agree after a fault.
 */
const PATIENCE_MS = [250, 1_000, 3_750] as const;
/** Differences that are gathered: whoever has more of them needs no longer list, but a rebuild. */
const DIFFERENCES_MAX = 10_000;

export interface VerifyReport {
  readonly name: string;
  /** How many of the owner's were compared, deleted ones included. */
  readonly owned: number;
  /** Differences that have persisted, by key. */
  readonly differences: readonly Difference[];
  /** False when there were so many differences that the rest was not looked at. */
  readonly complete: boolean;
}

export interface VerifyOptions {
  /** The replica's. */
  readonly database: Database;
  readonly pair: ReplicaPair;
  readonly onProgress?: (owned: number) => void;
  readonly pause: (ms: number) => Promise<void>;
}

/** Differences that were found between two keys. */
interface Doubt {
  readonly after: string | null;
  readonly upTo: string | null;
  readonly differences: readonly Difference[];
}

const gather = async ({ database, pair, onProgress }: VerifyOptions) => {
  const doubts: Doubt[] = [];
  let [owned, found] = [0, 0];
  let after: string | null = null;
  do {
    const stretch = await compareStretch(database.db, pair, after);
    const { upTo, differences } = stretch;
    if (differences.length > 0) doubts.push({ after, upTo, differences });
    found += differences.length;
    owned += stretch.owned;
    onProgress?.(owned);
    after = upTo;
  } while (after !== null && found < DIFFERENCES_MAX);
  return { doubts, owned, complete: after === null };
};

/** Compares the stretch of a doubt again, which may have become several; answers what has persisted. */
const lookAgain = async (
  { database, pair }: VerifyOptions,
  { after, upTo, differences }: Doubt,
): Promise<Doubt> => {
  const now = new Map<string, Difference>();
  const isReached = (key: string | null) => key === null || (upTo !== null && key >= upTo);
  let key = after;
  do {
    const stretch = await compareStretch(database.db, pair, key);
    for (const difference of stretch.differences) now.set(difference.key, difference);
    key = stretch.upTo;
  } while (!isReached(key));
  return { after, upTo, differences: differences.filter((before) => persists(before, now.get(before.key))) };
};

/**
 * Compares a replica with its owner row by row, while both are being written. A difference counts once it has persisted: news that
 * is on its way is no drift. Fails as its reads do.
 */
export const verifyReplica = async (options: VerifyOptions): Promise<VerifyReport> => {
  const { doubts: first, owned, complete } = await gather(options);
  let doubts = first;
  for (const waitMs of PATIENCE_MS) {
    if (doubts.length === 0) break;
    await options.pause(waitMs);
    const left: Doubt[] = [];
    for (const doubt of doubts) left.push(await lookAgain(options, doubt));
    doubts = left.filter(({ differences }) => differences.length > 0);
  }
  const differences = doubts.flatMap((doubt) => doubt.differences);
  return { name: options.pair.table.name, owned, differences, complete };
};
