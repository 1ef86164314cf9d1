import type { Queryable, Tx } from "../ports/database.ts";
import { type CopiedFields, type Copy, type Difference, differencesOf, type KeptCopy } from "./copy.ts";

/** The rows that a service keeps of another's. */
export interface ReplicaTable<Fields extends CopiedFields = CopiedFields> {
  /** Service and what is copied: `orders.products`. */
  readonly name: string;
  /** The rows after a key, by key. */
  keptAfter(db: Queryable, key: string | null, limit: number): Promise<readonly KeptCopy[]>;
  /** Takes what is newer than what is there; answers the keys of what it took. The copies come in order of their keys, each once. */
  save(tx: Tx, copies: readonly Copy<Fields>[]): Promise<readonly string[]>;
  /** Deletes these rows, each if it is still as it was seen; answers the keys of those that went. */
  remove(tx: Tx, rows: readonly KeptCopy[]): Promise<readonly string[]>;
}

/** All that the owner has, deleted things included, by key. */
export interface OwnedCopies<Fields extends CopiedFields = CopiedFields> {
  /** Things of one page, about: as many rows of the replica are read for it, so that the two reach equally far. */
  readonly pageMax: number;
  /**
   * What the owner has after a key as of now: a page, and the key that it reaches to; null when nothing comes after it.
   * A page says all about the keys between the two: what it does not name, the owner does not have.
   */
  after(
    key: string | null,
  ): Promise<{ readonly copies: readonly Copy<Fields>[]; readonly upTo: string | null }>;
}

/** A replica and its owner. */
export interface ReplicaPair<Fields extends CopiedFields = CopiedFields> {
  readonly table: ReplicaTable<Fields>;
  readonly owned: OwnedCopies<Fields>;
}

export interface Stretch {
  /** The last key of it; null when it goes to the end. */
  readonly upTo: string | null;
  /** How many the owner has in it. */
  readonly owned: number;
  readonly differences: readonly Difference[];
}

const earlier = (a: string | null, b: string | null): string | null => {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
};

/**
 * Compares the stretch of keys that begins after `key`. The replica is read first and the owner afterwards: whatever a replica
 * has rightly heard was committed at the owner before that, so what the owner does not say now was never true, and what is
 * higher there than here is only late.
 */
export const compareStretch = async (
  db: Queryable,
  { table, owned }: ReplicaPair,
  key: string | null,
): Promise<Stretch> => {
  const kept = await table.keptAfter(db, key, owned.pageMax);
  const page = await owned.after(key);
  const upTo = earlier(kept.length === owned.pageMax ? (kept.at(-1)?.key ?? null) : null, page.upTo);
  const within = <Item extends Copy>(copies: readonly Item[]) =>
    upTo === null ? copies : copies.filter((copy) => copy.key <= upTo);
  const copies = within(page.copies);
  return { upTo, owned: copies.length, differences: differencesOf(within(kept), copies) };
};
