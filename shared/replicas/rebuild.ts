import { sql } from "drizzle-orm";
import type { Database, Tx } from "../ports/database.ts";
import { type Difference, inOrder, isWrong } from "./copy.ts";
import { compareStretch, type ReplicaPair } from "./stretch.ts";

/** NOTIFY on this channel of the replica's database: rows were mended past the events, so copies in memory may be wrong. */
export const MENDED_CHANNEL = "replica_mended";
/**
 * A pass that met wrong rows is followed by another: an event that met such a row was taken for old and is lost, and a right row
 * may have had to wait for what the wrong one held. The second pass finds what was missed so; whoever needs more than these has
 * somebody who writes wrong rows all the while.
 */
const PASSES_MAX = 5;

export interface RebuildReport {
  readonly name: string;
  /** How many the owner has, deleted ones included. */
  readonly owned: number;
  /** Rows that were missing, that were behind, that were wrong, and that the owner does not have. */
  readonly added: number;
  readonly updated: number;
  readonly replaced: number;
  readonly removed: number;
  /** False when there were still wrong rows in the last pass. */
  readonly settled: boolean;
}

type Counts = Record<"added" | "updated" | "replaced" | "removed", number>;

const noCounts = (): Counts => ({ added: 0, updated: 0, replaced: 0, removed: 0 });

/** Under which count a key goes once it was mended. */
const countOf: Record<Difference["kind"], keyof Counts> = {
  missing: "added",
  behind: "updated",
  ahead: "replaced",
  different: "replaced",
  stranger: "removed",
};

/**
 * Writes what the owner said of a stretch. A wrong row goes and the right one comes in one transaction, so a reader meets one of
 * the two; it goes only if nobody has written it since it was read. Everything else takes what is newer, as events do.
 */
const mend = async (
  tx: Tx,
  { table }: ReplicaPair,
  differences: readonly Difference[],
): Promise<Set<string>> => {
  const wrong = differences.filter(isWrong).flatMap(({ kept }) => kept ?? []);
  const right = differences.flatMap(({ owned }) => owned ?? []);
  const removed = wrong.length > 0 ? await table.remove(tx, inOrder(wrong)) : [];
  const saved = right.length > 0 ? await table.save(tx, inOrder(right)) : [];
  const changed = new Set([...removed, ...saved]);
  if (changed.size > 0) await tx.execute(sql`select pg_notify(${MENDED_CHANNEL}, ${table.name})`);
  return changed;
};

export interface RebuildOptions {
  /** The replica's. */
  readonly database: Database;
  readonly pair: ReplicaPair;
  /** Told after every page: how many of the owner's have been compared in this pass. */
  readonly onProgress?: (owned: number) => void;
}

/** Goes over all keys once; answers how many rows were found wrong. */
const pass = async ({ database, pair, onProgress }: RebuildOptions, counts: Counts) => {
  let [owned, wrong] = [0, 0];
  let after: string | null = null;
  do {
    const stretch = await compareStretch(database.db, pair, after);
    const { differences, upTo } = stretch;
    if (differences.length > 0) {
      const changed = await database.transaction((tx) => mend(tx, pair, differences));
      for (const { kind, key } of differences) if (changed.has(key)) counts[countOf[kind]] += 1;
    }
    owned += stretch.owned;
    wrong += differences.filter(isWrong).length;
    onProgress?.(owned);
    after = upTo;
  } while (after !== null);
  return { owned, wrong };
};

/**
 * Makes a replica equal to its owner, stretch by stretch, while it is being read and written: rows that are missing or behind are
 * brought up to date, wrong ones are replaced whatever their version, and those that the owner does not have are removed. No row
 * that is right is ever away. Safe to break off, to repeat, and to run twice at once. Fails as its reads and writes do.
 */
export const rebuildReplica = async (options: RebuildOptions): Promise<RebuildReport> => {
  const { name } = options.pair.table;
  const counts = noCounts();
  for (let nth = 1; ; nth += 1) {
    const { owned, wrong } = await pass(options, counts);
    if (wrong === 0 || nth === PASSES_MAX) return { name, owned, ...counts, settled: wrong === 0 };
  }
};
