// `bun run restore folder [--keep-sessions] [--json]`: restores a backup into empty databases, where `bun start` would find them. Exit code
// 0 when it is done, 2 when it could not be.

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createClosers } from "../../boot/closers.ts";
import { holdFolder } from "../../boot/hold-folder.ts";
import { databaseConfigSchema } from "../../boot/open-database.ts";
import { openDatabases } from "../../boot/open-drivers.ts";
import { readConfig } from "../../shared/runtime/config.ts";
import { serviceNames } from "../../shared/runtime/service.ts";
import { type CommandOutcome, commandLog, runDatabaseCommand, UsageError } from "../database-command.ts";
import { readManifest } from "./manifest.ts";
import { restoreText } from "./report.ts";
import { checkBackup, restoreBackup } from "./restore-backup.ts";

const USAGE = `Usage: bun run restore folder [--keep-sessions] [--json]
Restores into empty databases only: a new DATA_DIR, or the addresses of DATABASE_URL. --keep-sessions: of a move, where nobody has been
served since the backup; otherwise everybody signs in again, and broadcasts that ran are paused.`;
const WORDS = {
  otherDatabase: "These databases are not those of this version of Kiosk",
  failed: "The backup could not be restored",
};
const DONE = 0;

const readWords = (args: readonly string[]) => {
  const options = { json: { type: "boolean" as const }, "keep-sessions": { type: "boolean" as const } };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [folder] = positionals;
    if (folder !== undefined && positionals.length === 1)
      return {
        folder: resolve(folder),
        asJson: values.json === true,
        keepSessions: values["keep-sessions"] === true,
      };
  } catch {
    // Told below, in the same words.
  }
  throw new UsageError(USAGE);
};

const run = async (): Promise<CommandOutcome & { readonly asJson: boolean }> => {
  const { folder, asJson, keepSessions } = readWords(Bun.argv.slice(2));
  const config = readConfig(databaseConfigSchema, process.env);
  const manifest = readManifest(folder);
  await checkBackup(folder, manifest);
  const log = commandLog();
  const closers = createClosers(log);
  const onProgress = (text: string) => void process.stderr.write(`${text}\n`);
  try {
    holdFolder(config, serviceNames, closers);
    const { url, resolved } = await openDatabases({
      config,
      services: serviceNames,
      log,
      closeLast: closers.defer,
    });
    const done = await restoreBackup({ folder, manifest, urlOf: url, keepSessions, log, onProgress });
    const text = restoreText(manifest, done, resolved.is);
    return { text, json: { ...done, beganAt: manifest.beganAt }, exitCode: DONE, asJson };
  } finally {
    await closers.closeAll();
  }
};

process.exitCode = await runDatabaseCommand(run, WORDS);
