// `bun run db:migrate [service…] [--plan] [--json]`: brings databases to this version's migrations, forward only; what a start does as well.
// `--plan` says what would be done, and changes nothing. Exit code 0 when nothing is left to do, 1 when a plan has something, 2 when it failed.

import { parseArgs } from "node:util";
import { createClosers } from "../boot/closers.ts";
import { holdFolder } from "../boot/hold-folder.ts";
import { migrationFolders } from "../boot/migration-folders.ts";
import { databaseConfigSchema, openServiceDatabases } from "../boot/open-database.ts";
import { openDatabases } from "../boot/open-drivers.ts";
import { StartError } from "../boot/start-error.ts";
import { readConfig } from "../shared/runtime/config.ts";
import { MigrationFailed, type MigrationPlan, migrate, planMigrations } from "../shared/runtime/migrate.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { AGREES, commandLog, DIFFERS, runDatabaseCommand, UsageError } from "./database-command.ts";

const USAGE = `Usage: bun run db:migrate [service…] [--plan] [--json]
Services: ${serviceNames.join(", ")}; all of them without any.`;
const WORDS = {
  otherDatabase: "These databases are not those of this version of Kiosk",
  failed: "The databases could not be migrated",
};

type Plans = readonly (MigrationPlan & { readonly service: ServiceName })[];

const readWords = (args: readonly string[]) => {
  const options = { json: { type: "boolean" as const }, plan: { type: "boolean" as const } };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const services = serviceNames.filter((name) => positionals.length === 0 || positionals.includes(name));
    if (positionals.every((word) => services.some((name) => name === word)))
      return { services, isPlan: values.plan === true, asJson: values.json === true };
  } catch {
    // Told below, in the same words.
  }
  throw new UsageError(USAGE);
};

/** A line a service, and its migrations below. */
const plansText = (plans: Plans, none: string): string =>
  plans
    .map(({ service, applied, pending, unknown }) => {
      const newer = unknown > 0 ? `; ${unknown} of a newer Kiosk, which are left alone` : "";
      const list = pending.map((tag) => `\n  ${tag}`).join("");
      return `${service}: ${applied.length} applied, ${pending.length === 0 ? none : `${pending.length} to apply`}${newer}${list}`;
    })
    .join("\n");

const plan = async (services: readonly ServiceName[]) => {
  const log = commandLog();
  const { databases, close } = await openServiceDatabases(services, process.env, log);
  try {
    const plans = await Promise.all(
      services.map(async (service) => ({
        service,
        ...(await planMigrations(databases.get(service)?.url ?? "", migrationFolders[service], log)),
      })),
    );
    const isDone = plans.every(({ pending }) => pending.length === 0);
    return { plans, exitCode: isDone ? AGREES : DIFFERS };
  } finally {
    await close();
  }
};

const migrateAll = async (services: readonly ServiceName[]) => {
  const log = commandLog();
  const config = readConfig(databaseConfigSchema, process.env);
  const closers = createClosers(log);
  try {
    holdFolder(config, services, closers);
    const { url } = await openDatabases({ config, services, log, closeLast: closers.defer });
    const plans: (MigrationPlan & { service: ServiceName })[] = [];
    for (const service of services) {
      await migrate(url(service), migrationFolders[service], log).catch((error: unknown) => {
        if (!(error instanceof MigrationFailed)) throw error;
        throw new StartError(`The database of ${service} could not be migrated: ${error.message}.`, error);
      });
      plans.push({ service, ...(await planMigrations(url(service), migrationFolders[service], log)) });
    }
    return { plans, exitCode: AGREES };
  } finally {
    await closers.closeAll();
  }
};

process.exitCode = await runDatabaseCommand(async () => {
  const { services, isPlan, asJson } = readWords(Bun.argv.slice(2));
  const { plans, exitCode } = await (isPlan ? plan(services) : migrateAll(services));
  return { text: plansText(plans, "nothing to do"), json: { databases: plans }, exitCode, asJson };
}, WORDS);
