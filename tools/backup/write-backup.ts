import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { migrationFolders } from "../../boot/migration-folders.ts";
import manifest from "../../package.json" with { type: "json" };
import { planOver } from "../../shared/runtime/migrate.ts";
import type { ServiceName } from "../../shared/runtime/service.ts";
import { UsageError } from "../database-command.ts";
import { connectTo, dumpDatabase, look, type Seen } from "./dump-database.ts";
import { BACKUP_FORMAT, type DatabaseEntry, MANIFEST_FILE, type Manifest } from "./manifest.ts";
import { SNAPSHOT_ORDER } from "./snapshot-order.ts";

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** Connects to all first, so that the looks come right after each other. */
const lookAtAll = async (urlOf: (service: ServiceName) => string, seen: Seen[]): Promise<void> => {
  const opened: Awaited<ReturnType<typeof connectTo>>[] = [];
  try {
    for (const service of SNAPSHOT_ORDER) opened.push(await connectTo(service, urlOf(service)));
    for (const database of opened) seen.push(await look(database));
  } catch (error) {
    for (const { client } of opened) await client.end().catch(() => undefined);
    throw error;
  }
};

const migrationsSeen = async ({ service, client }: Seen): Promise<readonly string[]> => {
  const { applied, unknown } = await planOver(client, migrationFolders[service]);
  if (unknown > 0)
    throw new UsageError(
      `The database of ${service} has migrations of a newer Kiosk: make the backup with that version.`,
    );
  if (applied.length === 0)
    throw new UsageError(`The database of ${service} is empty: there is nothing to back up.`);
  return applied;
};

const dumpAll = async (seen: readonly Seen[], folder: string): Promise<DatabaseEntry[]> => {
  const databases: DatabaseEntry[] = [];
  for (const one of seen) databases.push(await dumpDatabase(one, folder, await migrationsSeen(one)));
  return databases;
};

/**
 * Writes a backup of all databases into a folder that must not be there yet. It appears under its name when it is whole; until then,
 * and after a crash, it is `<name>.partial-…` beside it. Nobody is locked out meanwhile. Answers the manifest.
 */
export const writeBackup = async (
  urlOf: (service: ServiceName) => string,
  target: string,
): Promise<Manifest> => {
  const folder = resolve(target);
  if (existsSync(folder)) throw new UsageError(`${folder} is there already: name a folder that is not.`);
  const draft = join(dirname(folder), `${basename(folder)}.partial-${process.pid}`);
  mkdirSync(draft, { recursive: true, mode: PRIVATE_FOLDER });
  const beganAt = new Date().toISOString();
  const seen: Seen[] = [];
  try {
    await lookAtAll(urlOf, seen);
    const databases = await dumpAll(seen, draft);
    const endedAt = new Date().toISOString();
    const made: Manifest = { format: BACKUP_FORMAT, kiosk: manifest.version, beganAt, endedAt, databases };
    writeFileSync(join(draft, MANIFEST_FILE), `${JSON.stringify(made, null, 2)}\n`, {
      mode: PRIVATE_FILE,
      flush: true,
    });
    renameSync(draft, folder);
    return made;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  } finally {
    for (const { client } of seen) await client.end().catch(() => undefined);
  }
};
