import { and, type InferSelectModel, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Tx } from "../ports/database.ts";
import { column } from "../sql/column.ts";
import type { CopiedFields, Copy, KeptCopy } from "./copy.ts";
import type { ReplicaTable } from "./stretch.ts";

/** A replica's table, how its rows are read as copies, and how copies become rows. */
export interface KeptRows<Table extends PgTable, Fields extends CopiedFields> {
  readonly name: ReplicaTable["name"];
  readonly table: Table;
  /** Ids, or SKUs. */
  readonly key: AnyPgColumn;
  readonly keyType: "uuid" | "text";
  /** Which rows are copies, where the table holds others as well. */
  readonly which?: SQL;
  readonly copyOf: (row: InferSelectModel<Table>) => Copy<Fields>;
  readonly save: ReplicaTable<Fields>["save"];
}

/**
 * The mark of a row: PostgreSQL's id of the transaction that wrote it. It changes with every write, also one that puts the same
 * values there, and needs no column.
 */
const markOf = (table: PgTable): SQL<string> => sql<string>`${table}.xmin::text`;

/** Deletes rows that are still as they were seen; answers their keys. */
const removeKept = async (
  tx: Tx,
  { table, key, keyType }: Pick<KeptRows<PgTable, CopiedFields>, "table" | "key" | "keyType">,
  rows: readonly KeptCopy[],
): Promise<string[]> => {
  const { rows: gone } = await tx.execute<{ key: string }>(sql`
    delete from ${table} using unnest(
      ${column(rows, keyType, (row) => row.key)},
      ${column(rows, "text", (row) => row.mark)}) as seen(seen_key, seen_mark)
    where ${key} = seen_key and ${markOf(table)} = seen_mark returning ${key} as key`);
  return gone.map((row) => row.key);
};

/** A table of copies, to be filled, compared and rebuilt. */
export const replicaTable = <Table extends PgTable, Fields extends CopiedFields>(
  kept: KeptRows<Table, Fields>,
): ReplicaTable<Fields> => {
  const { name, table, key, keyType, which, copyOf, save } = kept;
  // Text by its bytes, which every server orders alike; a UUID is so anyway.
  const order = keyType === "text" ? sql`${key} collate "C"` : sql`${key}`;
  return {
    name,
    async keptAfter(db, after, limit) {
      const rows = await db
        .select({ row: table as PgTable, mark: markOf(table) })
        .from(table as PgTable)
        .where(and(which, after === null ? undefined : sql`${order} > ${after}`))
        .orderBy(order)
        .limit(limit);
      return rows.map(({ row, mark }) => ({ ...copyOf(row as InferSelectModel<Table>), mark }));
    },
    save,
    remove: (tx, rows) => removeKept(tx, kept, rows),
  };
};
