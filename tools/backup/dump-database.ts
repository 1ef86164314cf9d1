import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { ServiceName } from "../../shared/runtime/service.ts";
import { connectForBackup } from "./backup-client.ts";
import type { DatabaseEntry, SequenceEntry, TableEntry } from "./manifest.ts";
import { type Row, writeRows } from "./table-file.ts";
import { readSequences, readTables, type Table } from "./tables.ts";

/** Rows that are fetched at once: a product's description may be long. */
const PAGE = 1_000;
const PRIVATE_FOLDER = 0o700;

/** A database as it was in one moment, for as long as the connection is open. */
export interface Seen {
  readonly service: ServiceName;
  readonly client: pg.Client;
  readonly seenAt: string;
}

/** Begins a transaction that only reads and goes on seeing what there is now. It locks nobody out. */
export const connectTo = async (service: ServiceName, url: string): Promise<Omit<Seen, "seenAt">> => {
  const client = await connectForBackup(url);
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  return { service, client };
};

/** The moment: a transaction sees what there is at its first statement. */
export const look = async (opened: Omit<Seen, "seenAt">): Promise<Seen> => {
  const { rows } = await opened.client.query<{ now: Date }>("SELECT clock_timestamp() AS now");
  return { ...opened, seenAt: (rows[0]?.now ?? new Date(0)).toISOString() };
};

const quoted = (name: string): string => pg.escapeIdentifier(name);

const pagesOf = async function* (
  client: pg.Client,
  { name, columns }: Table,
): AsyncGenerator<readonly Row[]> {
  const texts = columns.map((column) => `${quoted(column.name)}::text`).join(", ");
  await client.query(`DECLARE backup NO SCROLL CURSOR FOR SELECT ${texts} FROM ${quoted(name)}`);
  try {
    for (;;) {
      const { rows } = await client.query<(string | null)[]>({
        text: `FETCH ${PAGE} FROM backup`,
        rowMode: "array",
      });
      if (rows.length > 0) yield rows;
      if (rows.length < PAGE) return;
    }
  } finally {
    await client.query("CLOSE backup").catch(() => undefined);
  }
};

const dumpTable = async (
  client: pg.Client,
  folder: string,
  at: string,
  table: Table,
): Promise<TableEntry> => {
  const file = `${at}/${table.name}.ndjson.gz`;
  const written = await writeRows(join(folder, file), pagesOf(client, table));
  return { table: table.name, file, columns: table.columns.map(({ name }) => name), ...written };
};

/** Numbers that were given out are never taken back, so they are read after the rows that have them. */
const dumpSequence = async (client: pg.Client, sequence: string): Promise<SequenceEntry> => {
  const { rows } = await client.query<{ last: string; called: boolean }>(
    `SELECT last_value::text AS last, is_called AS called FROM ${quoted(sequence)}`,
  );
  const { last = "1", called = false } = rows[0] ?? {};
  return { sequence, lastValue: last, isCalled: called };
};

/** Writes what was seen of one database into a folder of its own. */
export const dumpDatabase = async (
  { service, client, seenAt }: Seen,
  folder: string,
  migrations: readonly string[],
): Promise<DatabaseEntry> => {
  mkdirSync(join(folder, service), { mode: PRIVATE_FOLDER });
  const tables: TableEntry[] = [];
  for (const table of await readTables(client)) tables.push(await dumpTable(client, folder, service, table));
  const sequences: SequenceEntry[] = [];
  for (const sequence of await readSequences(client)) sequences.push(await dumpSequence(client, sequence));
  return { service, seenAt, migrations: [...migrations], tables, sequences };
};
