import { join } from "node:path";
import pg from "pg";
import { migrationFolders } from "../../boot/migration-folders.ts";
import { withClient } from "../../shared/drivers/ensure-database.ts";
import { openPostgres } from "../../shared/drivers/postgres.ts";
import type { Database } from "../../shared/ports/database.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import { migrate, RESTORING_SCHEMA } from "../../shared/runtime/migrate.ts";
import { readMigrations } from "../../shared/runtime/migration-files.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import { UsageError } from "../database-command.ts";
import { loadDatabase } from "./load-database.ts";
import type { Manifest } from "./manifest.ts";
import { type Reconciled, reconcile } from "./reconcile.ts";
import { measureFile } from "./table-file.ts";

export interface RestoreTarget {
  readonly folder: string;
  readonly manifest: Manifest;
  /** The database of a service: there, and empty. */
  urlOf(service: ServiceName): string;
  readonly keepSessions: boolean;
  readonly log: Logger;
  readonly onProgress: (text: string) => void;
}

/** Everything about a backup that can be wrong is found before anything is written. Fails with a UsageError. */
export const checkBackup = async (folder: string, { databases }: Manifest): Promise<void> => {
  for (const { service, tables, migrations } of databases) {
    const known = new Set(readMigrations(migrationFolders[service]).map(({ tag }) => tag));
    const unknown = migrations.filter((tag) => !known.has(tag));
    if (unknown.length > 0)
      throw new UsageError(
        `This backup was made by another version of Kiosk: ${service} had ${unknown.join(", ")}, which this version does not know.`,
      );
    for (const { file, bytes, sha256 } of tables) {
      const found = await measureFile(join(folder, file)).catch(() => null);
      if (found?.sha256 !== sha256 || found.bytes !== bytes)
        throw new UsageError(`${join(folder, file)} is not as it was written: this backup is damaged.`);
    }
  }
};

const TABLES_OF_OTHERS = `
  select to_regnamespace($1) is not null as "isHalf", (select count(*)::int from pg_class c
    where c.relkind in ('r', 'p') and c.relnamespace in (to_regnamespace('public'), to_regnamespace('drizzle'))
      and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')) as tables`;

const assertEmpty = (service: ServiceName, url: string): Promise<void> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ isHalf: boolean; tables: number }>(TABLES_OF_OTHERS, [
      RESTORING_SCHEMA,
    ]);
    if (rows[0]?.isHalf)
      throw new UsageError(
        `A restore into the database of ${service} did not end, or is under way: drop the five databases (or the folder) and restore again.`,
      );
    if (rows[0]?.tables !== 0)
      throw new UsageError(
        `The database of ${service} is not empty: a backup is restored into an empty place only. Nothing was changed.`,
      );
  });

/** While it is marked no Kiosk starts on it. Of two restores at once one fails here. */
const mark = (url: string): Promise<unknown> =>
  withClient(url, (client) => client.query(`CREATE SCHEMA ${pg.escapeIdentifier(RESTORING_SCHEMA)}`));

const unmark = (url: string): Promise<unknown> =>
  withClient(url, (client) => client.query(`DROP SCHEMA ${pg.escapeIdentifier(RESTORING_SCHEMA)}`));

const reconcileAll = async ({ urlOf, log, keepSessions }: RestoreTarget): Promise<Reconciled> => {
  const opened = new Map<ServiceName, Database>(
    serviceNames.map((service) => [service, openPostgres({ name: service, url: urlOf(service), log })]),
  );
  const databaseOf = (service: ServiceName): Database => {
    const database = opened.get(service);
    if (database === undefined) throw new Error(`the database of ${service} is not open`);
    return database;
  };
  try {
    return await reconcile({ databaseOf, keepSessions });
  } finally {
    for (const database of opened.values()) await database.close();
  }
};

/**
 * Restores a backup into empty databases: the schema by the migrations that the backup was made at, the rows, then the migrations since,
 * then what the databases cannot know of each other. Until the end the databases are marked, and no Kiosk starts on them. Fails with a
 * UsageError, before anything was written, where the backup is damaged or of another version or a database is not empty.
 */
export const restoreBackup = async (target: RestoreTarget): Promise<Reconciled> => {
  const { folder, manifest, urlOf, log, onProgress } = target;
  await checkBackup(folder, manifest);
  for (const service of serviceNames) await assertEmpty(service, urlOf(service));
  for (const service of serviceNames) await mark(urlOf(service));
  for (const database of manifest.databases) {
    const { service, migrations, tables } = database;
    const url = urlOf(service);
    await migrate(url, migrationFolders[service], log, { restoring: migrations });
    await loadDatabase(url, folder, database);
    await migrate(url, migrationFolders[service], log, { restoring: "all" });
    onProgress(`${service}: ${tables.reduce((sum, { rows }) => sum + rows, 0)} rows`);
  }
  const reconciled = await reconcileAll(target);
  for (const service of serviceNames) await unmark(urlOf(service));
  return reconciled;
};
