import { gatewayConfigSchema } from "../gateway/config.ts";
import { createGateway } from "../gateway/gateway.ts";
import manifest from "../package.json" with { type: "json" };
import { lockFolder } from "../shared/drivers/folder-lock.ts";
import { clockOffBy } from "../shared/kernel/clock.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { type Environment, readConfig } from "../shared/runtime/config.ts";
import { armCrashPoint } from "../shared/runtime/crash-point.ts";
import { createLifecycle } from "../shared/runtime/lifecycle.ts";
import { createLogger } from "../shared/runtime/logging.ts";
import { createMetrics } from "../shared/runtime/metrics.ts";
import { MigrationFailed, migrate } from "../shared/runtime/migrate.ts";
import { addProcessMetrics } from "../shared/runtime/process-metrics.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { awaitedDatabase } from "./awaited-database.ts";
import { channelConnection, withChannelDefaults } from "./channels.ts";
import { type Closers, createClosers } from "./closers.ts";
import { composeServices } from "./compose.ts";
import { type BootConfig, type PartName, readBootConfig, readParts } from "./config.ts";
import { usesEmbeddedDatabase } from "./database-address.ts";
import { openDoors } from "./doors.ts";
import { oidcConnection } from "./oidc.ts";
import { type Drivers, openDrivers, type Resolved } from "./open-drivers.ts";
import { assertProductionRules, productionWarnings } from "./production-rules.ts";
import { SANDBOX_ADMIN_PHONE } from "./sandbox-admin.ts";
import { withSecrets } from "./secrets.ts";
import { type Answer, serviceDoor } from "./service-door.ts";
import { blueprintsOf, type ServiceBlueprint, seedDemo } from "./services.ts";
import { StartError } from "./start-error.ts";
import {
  createSandboxPart,
  isSandboxOn,
  publicUrlOf,
  telegramConnection,
  telegramResolved,
} from "./telegram.ts";
import { withTelegramKeys } from "./telegram-keys.ts";
import { tracedDrivers, tracedReach } from "./traced.ts";
import { openTracing } from "./tracing.ts";

const SANDBOX_REQUESTS_PER_ADDRESS = "1000";

export interface RunningKiosk {
  /** The gateway's address, or that of the first part where it runs elsewhere. */
  readonly url: string;
  readonly parts: readonly PartName[];
  readonly resolved: readonly Resolved[];
  readonly sandbox: boolean;
  /** The phone of the sandbox's merchant, where there is one by default. */
  readonly adminPhone: string | null;
  /** Drains and stops everything, in order. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * While the sandbox stands in for Telegram, a newcomer must be able to try what a merchant does, and everybody comes from
 * one address. Never in production.
 */
const withSandboxDefaults = (environment: Environment): Environment => {
  if (!isSandboxOn(environment) || environment.NODE_ENV === "production") return environment;
  return {
    ...environment,
    ADMIN_PHONES: environment.ADMIN_PHONES?.trim() || SANDBOX_ADMIN_PHONE,
    OTP_REQUESTS_PER_ADDRESS: environment.OTP_REQUESTS_PER_ADDRESS?.trim() || SANDBOX_REQUESTS_PER_ADDRESS,
  };
};

/** The whole environment, read and checked: nothing has been opened yet. */
const readEverything = (given: Environment, words: readonly string[]) => {
  const parts = readParts(words);
  assertProductionRules(given, parts);
  const withDefaults = withSandboxDefaults(withSecrets(given, given.DATA_DIR?.trim() || ".data", parts));
  const environment = withChannelDefaults(withTelegramKeys(withDefaults));
  const config = readBootConfig(environment);
  const names = serviceNames.filter((name) => parts.includes(name));
  return { parts, environment, config, names, gatewayConfig: readConfig(gatewayConfigSchema, environment) };
};

const createRootLogger = ({ NODE_ENV, LOG_LEVEL }: BootConfig) =>
  createLogger({
    level: LOG_LEVEL ?? (NODE_ENV === "production" ? "info" : "warn"),
    format: process.stdout.isTTY && NODE_ENV !== "production" ? "text" : "json",
  });

type Read = ReturnType<typeof readEverything>;

/** PostgreSQL's own words on what went wrong, without the statement. */
const databaseReason = (error: unknown): string => {
  if (error instanceof MigrationFailed) return error.message;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
};

const migrateAll = async (
  blueprints: Partial<Record<ServiceName, ServiceBlueprint>>,
  drivers: Drivers,
  log: Logger,
): Promise<void> => {
  const migrateOne = async ([name, { migrations }]: [string, ServiceBlueprint]) => {
    const { url } = drivers.database(name as ServiceName);
    await migrate(url, migrations, log).catch((error: unknown) => {
      throw new StartError(`The database of ${name} could not be migrated: ${databaseReason(error)}.`, error);
    });
  };
  await Promise.all(Object.entries(blueprints).map(migrateOne));
};

const startParts = async (
  read: Read,
  named: boolean,
  log: ReturnType<typeof createLogger>,
  closers: Closers,
): Promise<RunningKiosk> => {
  const { parts, environment, config, names, gatewayConfig } = read;
  const { version } = manifest;
  const metrics = createMetrics();
  addProcessMetrics(metrics, version);
  // The folder before the ports: who starts twice in one folder is told of that, not of a port.
  const lock = usesEmbeddedDatabase(config, names) ? lockFolder(config.DATA_DIR) : null;
  closers.defer("the folder's lock", () => lock?.release());
  const doors = await openDoors(config, parts, named, closers);
  const sandboxPart = createSandboxPart(environment, config, parts, doors.gatewayUrl);
  const blueprints = blueprintsOf(
    names,
    environment,
    telegramConnection(environment, config, sandboxPart, doors.gatewayUrl),
    oidcConnection(environment, sandboxPart, publicUrlOf(config, doors.gatewayUrl)),
    channelConnection(environment, config, sandboxPart, doors.gatewayUrl),
  );
  const tracingOf = await openTracing({ config, version, log, metrics, closers });
  const drivers = await openDrivers({ config, services: names, log, closeLast: closers.defer });
  await migrateAll(blueprints, drivers, log);

  const { databases, services, sessionGuard, reach } = composeServices({
    config,
    blueprints,
    drivers,
    closers,
    metrics,
    tracingOf,
    log,
    version,
  });
  const lifecycle = createLifecycle(
    [
      ...databases.map((database) => awaitedDatabase(database)),
      ...(sandboxPart ? [sandboxPart.sandbox] : []),
      sessionGuard,
      ...services,
    ],
    log,
  );
  closers.defer("the services", () => lifecycle.stop());
  await lifecycle.start();
  // An own database begins empty and is there to be looked at; a server of somebody's is not filled unasked.
  if (config.DATABASE_URL === undefined) await seedDemo(services);

  const sandbox = sandboxPart?.answer ?? null;
  const tracing = tracingOf("gateway");
  const gateway = createGateway({
    config: gatewayConfig,
    services: tracedReach(reach, tracing),
    sandbox,
    limits: tracedDrivers(drivers, tracing, config).limits,
    tracing,
    clock: clockOffBy(config.CLOCK_OFF_MS),
    log,
    metrics,
    version,
  });
  const answers = new Map<PartName, Answer>();
  const metricsPage = { metrics, token: gatewayConfig.METRICS_TOKEN };
  for (const service of services)
    answers.set(service.name, serviceDoor(service.fetch, config.INTERNAL_TOKEN, metricsPage));
  if (parts.includes("gateway")) answers.set("gateway", gateway);
  doors.open(answers);
  lock?.setAddress(doors.url);
  return {
    url: doors.url,
    parts,
    resolved: [...drivers.resolved, telegramResolved(environment, doors.gatewayUrl)],
    sandbox: sandboxPart !== null,
    adminPhone: environment.ADMIN_PHONES === SANDBOX_ADMIN_PHONE ? SANDBOX_ADMIN_PHONE : null,
    stop: () => closers.closeAll(),
  };
};

/**
 * Starts the parts that the words name, all of them without any: reads the whole configuration, takes the ports, opens
 * the drivers, migrates, starts the services, opens the doors. Fails with a ConfigError, PortInUse, FolderLocked or StartError,
 * each a line for people; whatever was opened by then is closed.
 */
export const startKiosk = async (given: Environment, words: readonly string[]): Promise<RunningKiosk> => {
  const read = readEverything(given, words);
  const log = createRootLogger(read.config);
  for (const warning of productionWarnings(given)) log.warn(warning);
  const closers = createClosers(log);
  if (read.config.CRASH_AT !== undefined) armCrashPoint(read.config.CRASH_AT);
  try {
    return await startParts(read, words.length > 0, log, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
};
