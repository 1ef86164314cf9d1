import { type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Tx } from "../ports/database.ts";
import { column } from "../sql/column.ts";
import type { KeptCopy } from "./copy.ts";

/** A replica's table and its key: ids, or SKUs. */
export interface KeptTable {
  readonly table: PgTable;
  readonly key: AnyPgColumn;
  readonly keyType: "uuid" | "text";
}

/**
 * The mark of a row: PostgreSQL's id of the transaction that wrote it. It changes with every write, also one that puts the same
 * values there, and needs no column.
 */
export const markOf = (table: PgTable): SQL<string> => sql<string>`${table}.xmin::text`;

/** What rows are ordered by: text by its bytes, which every server has alike; a UUID is so anyway. */
export const keyOrder = ({ key, keyType }: KeptTable): SQL =>
  keyType === "text" ? sql`${key} collate "C"` : sql`${key}`;

/** The rows after a key; all of them for null. */
export const isAfter = (kept: KeptTable, key: string | null): SQL | undefined =>
  key === null ? undefined : sql`${keyOrder(kept)} > ${key}`;

/** Deletes rows that are still as they were seen; answers their keys. */
export const removeKeptRows = async (
  tx: Tx,
  { table, key, keyType }: KeptTable,
  rows: readonly KeptCopy[],
): Promise<string[]> => {
  const { rows: gone } = await tx.execute<{ key: string }>(sql`
    delete from ${table} using unnest(
      ${column(rows, keyType, (row) => row.key)},
      ${column(rows, "text", (row) => row.mark)}) as seen(seen_key, seen_mark)
    where ${key} = seen_key and ${markOf(table)} = seen_mark returning ${key} as key`);
  return gone.map((row) => row.key);
};
