// `bun run status [--url address] [--json]`: how a running Kiosk is. What the services say comes through the gateway, what waits in them
// from their databases: so it needs no token, and tells something also while the gateway is away. Exit code 0 when all is well, 1 when
// somebody should look, 2 when it could not look at all.

import { parseArgs } from "node:util";
import { bootConfigSchema } from "../../boot/config.ts";
import { migrationFolders } from "../../boot/migration-folders.ts";
import { type OpenedDatabase, openServiceDatabases } from "../../boot/open-database.ts";
import { readDeliveryStanding } from "../../notify/service.ts";
import { readSagaStanding } from "../../orders/service.ts";
import { readOutboxStanding } from "../../shared/outbox/outbox-standing.ts";
import { countParked } from "../../shared/outbox/parked.ts";
import { readConfig } from "../../shared/runtime/config.ts";
import { planMigrations } from "../../shared/runtime/migrate.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import { AGREES, commandLog, DIFFERS, runDatabaseCommand, UsageError } from "../database-command.ts";
import { askGateway } from "./ask-gateway.ts";
import { type Books, findingsOf, type Status } from "./findings.ts";
import { statusText } from "./report.ts";

const USAGE = `Usage: bun run status [--url address] [--json]
The address is the gateway's; without one GATEWAY_URL, else http://127.0.0.1 and PORT.`;
const WORDS = {
  otherDatabase: "These databases are not those of this version of Kiosk",
  failed: "The shop could not be looked at",
};
const addressSchema = bootConfigSchema.pick({ GATEWAY_URL: true, PORT: true });

const readWords = (args: readonly string[]) => {
  const options = { json: { type: "boolean" as const }, url: { type: "string" as const } };
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    if (values.url === undefined || URL.canParse(values.url))
      return { asJson: values.json === true, url: values.url };
  } catch {
    // Told below, in the same words.
  }
  throw new UsageError(USAGE);
};

const addressOf = (given: string | undefined): string => {
  const { GATEWAY_URL, PORT } = readConfig(addressSchema, process.env);
  return (given ?? GATEWAY_URL ?? `http://127.0.0.1:${PORT}`).replace(/\/+$/, "");
};

const readBooks = async (service: ServiceName, { database, url }: OpenedDatabase): Promise<Books> => {
  const [outbox, parked, { pending, unknown }] = await Promise.all([
    readOutboxStanding(database),
    countParked(database.db),
    planMigrations(url, migrationFolders[service], commandLog()),
  ]);
  return { outbox, parked, migrations: { pending: pending.length, unknown } };
};

/** One that cannot be read says so in its place, and keeps nothing from the others. */
const orNull = <Value>(reading: Promise<Value>): Promise<Value | null> => reading.catch(() => null);

const readStatus = async (
  url: string,
  databases: ReadonlyMap<ServiceName, OpenedDatabase>,
): Promise<Status> => {
  const of = (service: ServiceName): OpenedDatabase => {
    const opened = databases.get(service);
    if (opened === undefined) throw new Error(`the database of ${service} was not opened`);
    return opened;
  };
  const [services, sagas, deliveries, ...books] = await Promise.all([
    askGateway(url),
    orNull(readSagaStanding(of("orders").database.db)),
    orNull(readDeliveryStanding(of("notify").database.db)),
    ...serviceNames.map(async (name) => [name, await orNull(readBooks(name, of(name)))] as const),
  ]);
  const all = Object.fromEntries(books) as Record<ServiceName, Books | null>;
  return { url, services, books: all, sagas, deliveries };
};

process.exitCode = await runDatabaseCommand(async () => {
  const { asJson, url } = readWords(Bun.argv.slice(2));
  const { databases, close } = await openServiceDatabases(serviceNames, process.env, commandLog());
  try {
    const status = await readStatus(addressOf(url), databases);
    const findings = findingsOf(status);
    const exitCode = findings.length === 0 ? AGREES : DIFFERS;
    return { text: statusText(status), json: { ...status, findings }, exitCode, asJson };
  } finally {
    await close();
  }
}, WORDS);
