import { join } from "node:path";
import pg from "pg";
import { connectForBackup } from "./backup-client.ts";
import type { DatabaseEntry, TableEntry } from "./manifest.ts";
import { type Row, readRows } from "./table-file.ts";
import { readTables, type Table } from "./tables.ts";

/** Rows of one INSERT. */
const PAGE = 1_000;

const quoted = (name: string): string => pg.escapeIdentifier(name);

/** One statement for any number of rows, whose columns come as arrays of texts. */
const insertOf = ({ table, columns }: TableEntry, made: Table): string => {
  const typeOf = (name: string): string => {
    const found = made.columns.find((column) => column.name === name);
    if (found === undefined) throw new Error(`${table} has no column ${name} at these migrations`);
    return found.type;
  };
  const parameters = columns.map((_, i) => `$${i + 1}::text[]`).join(", ");
  const values = columns.map((name, i) => `r.c${i}::${typeOf(name)}`).join(", ");
  const names = columns.map((_, i) => `c${i}`).join(", ");
  return `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(", ")}) OVERRIDING SYSTEM VALUE
    SELECT ${values} FROM unnest(${parameters}) AS r(${names})`;
};

const columnsOf = (rows: readonly Row[], count: number): (string | null)[][] =>
  Array.from({ length: count }, (_, i) => rows.map((row) => row[i] ?? null));

const loadTable = async (
  client: pg.Client,
  folder: string,
  entry: TableEntry,
  made: Table,
): Promise<void> => {
  const name = quoted(entry.table);
  // Triggers have done their work already: what they wrote is in the backup.
  await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
  // A migration may have written a row that the backup holds as it was later.
  await client.query(`DELETE FROM ${name}`);
  const insert = insertOf(entry, made);
  let rows = 0;
  for await (const page of readRows(join(folder, entry.file), PAGE)) {
    await client.query(insert, columnsOf(page, entry.columns.length));
    rows += page.length;
  }
  if (rows !== entry.rows)
    throw new Error(`${entry.file} holds ${rows} rows, and the manifest says ${entry.rows}`);
  await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
};

const loadAll = async (client: pg.Client, folder: string, database: DatabaseEntry): Promise<void> => {
  const tables = await readTables(client);
  const entries = new Map(database.tables.map((entry) => [entry.table, entry]));
  if (tables.length !== entries.size) throw new Error("the tables are not those of the backup");
  for (const made of tables) {
    const entry = entries.get(made.name);
    if (entry === undefined) throw new Error(`the backup has no table ${made.name}`);
    await loadTable(client, folder, entry, made);
  }
  for (const { sequence, lastValue, isCalled } of database.sequences)
    await client.query("SELECT setval($1::regclass, $2::bigint, $3)", [
      quoted(sequence),
      lastValue,
      isCalled,
    ]);
};

/** Fills the tables of a database that is at the backup's migrations, in one transaction, and lets PostgreSQL count them. */
export const loadDatabase = async (url: string, folder: string, database: DatabaseEntry): Promise<void> => {
  const client = await connectForBackup(url);
  try {
    await client.query("BEGIN");
    await loadAll(client, folder, database);
    await client.query("COMMIT");
    await client.query("ANALYZE");
  } finally {
    await client.end().catch(() => undefined);
  }
};
