import pg from "pg";
import { withClient } from "../../drivers/ensure-database.ts";
import { type Canary, canary } from "./canary.ts";

/** Rows that are in memory at once. */
const PAGE = 2_000;
/** A test may leave a lock behind; then its table is not worth the wait. */
const LOCK_TIMEOUT_MS = 1_000;

const TEXT_COLUMNS = `
  select table_schema as schema, table_name as "table", array_agg(column_name::text order by ordinal_position) as columns
  from information_schema.columns join information_schema.tables using (table_catalog, table_schema, table_name)
  where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
    and data_type in ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'bytea')
  group by 1, 2 order by 1, 2`;

interface TextTable {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
}

export interface Dump {
  readonly url: string;
  /** Whose database it is, such as `orders`, to say where something was. */
  readonly name: string;
  readonly world: string;
  /** Only so many rows of a table, the newest by their place in it. */
  readonly newestRows?: number;
}

const readTable = async (
  client: pg.Client,
  { schema, table, columns }: TextTable,
  dump: Dump,
  to: Canary,
) => {
  const { escapeIdentifier: quoted } = pg;
  const cells = columns.map((column) => `${quoted(column)}::text`).join(", ");
  const from = `${quoted(schema)}.${quoted(table)}`;
  const part = dump.newestRows === undefined ? "" : ` order by ctid desc limit ${dump.newestRows}`;
  await client.query(`declare page no scroll cursor for select ${cells} from ${from}${part}`);
  for (;;) {
    const text = `fetch ${PAGE} from page`;
    const { rows } = await client.query<(string | null)[]>({ text, rowMode: "array" });
    for (const row of rows)
      row.forEach((cell, i) => {
        const place = `${dump.name}.${table}.${columns[i]}`;
        if (cell) to.emitted({ channel: "table", place, world: dump.world, text: cell });
      });
    if (rows.length < PAGE) break;
  }
  await client.query("close page");
  to.count({ tables: 1 });
};

/**
 * Shows the canary every text of every table of a database, before it is dropped. A database that cannot be read any more is
 * counted, and is no fault of the test that ends.
 */
export const dumpTables = async (dump: Dump, listener: Canary | null = canary): Promise<void> => {
  if (listener === null) return;
  try {
    await withClient(dump.url, async (client) => {
      await client.query(`begin read only; set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
      const { rows } = await client.query<TextTable>(TEXT_COLUMNS);
      for (const table of rows) await readTable(client, table, dump, listener);
    });
  } catch {
    listener.count({ unread: 1 });
  } finally {
    listener.flush();
  }
};
