// `bun run backup [folder] [--json]`: a backup of all five databases into a new folder, while the shop is open. Exit code 0 when it is
// there, 2 when it could not be made.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { openServiceDatabases } from "../../boot/open-database.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import { type CommandOutcome, commandLog, runDatabaseCommand, UsageError } from "../database-command.ts";
import { backupText } from "./report.ts";
import { writeBackup } from "./write-backup.ts";

const USAGE = `Usage: bun run backup [folder] [--json]
Without a folder: backups/<time>. Secrets are not in a backup: keep them beside it, in another place.`;
const WORDS = {
  otherDatabase: "These databases are not those of this version of Kiosk",
  failed: "The backup could not be made",
};
const DONE = 0;

const defaultFolder = (): string => join("backups", new Date().toISOString().replaceAll(/[:.]/g, "-"));

const readWords = (args: readonly string[]): { folder: string; asJson: boolean } => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: "boolean" } },
      allowPositionals: true,
    });
    if (positionals.length <= 1)
      return { folder: positionals[0] ?? defaultFolder(), asJson: values.json === true };
  } catch {
    // Told below, in the same words.
  }
  throw new UsageError(USAGE);
};

const run = async (): Promise<CommandOutcome & { readonly asJson: boolean }> => {
  const { folder, asJson } = readWords(Bun.argv.slice(2));
  const { databases, close } = await openServiceDatabases(serviceNames, process.env, commandLog());
  const urlOf = (service: ServiceName): string => databases.get(service)?.url ?? "";
  try {
    const manifest = await writeBackup(urlOf, folder);
    return { text: backupText(folder, manifest), json: { folder, ...manifest }, exitCode: DONE, asJson };
  } finally {
    await close();
  }
};

process.exitCode = await runDatabaseCommand(run, WORDS);
