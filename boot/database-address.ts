import type { ServiceName } from "../shared/runtime/service.ts";
import type { BootConfig } from "./config.ts";
import { StartError } from "./start-error.ts";

/** The variables that say where the services' databases are. */
export type DatabaseConfig = Pick<
  BootConfig,
  "DATA_DIR" | "DATABASE_URL" | Uppercase<`${ServiceName}_DATABASE_URL`>
>;

/** An address as it may be printed: without its password. */
export const masked = (url: string): string => {
  const shown = new URL(url);
  if (shown.password !== "") shown.password = "***";
  return shown.href;
};

/** The database that a service has been given for itself. */
export const ownUrl = (config: DatabaseConfig, service: ServiceName): string | undefined =>
  config[`${service.toUpperCase()}_DATABASE_URL` as Uppercase<`${ServiceName}_DATABASE_URL`>];

/** An own PostgreSQL is started unless every service has been given another. */
export const usesEmbeddedDatabase = (config: DatabaseConfig, services: readonly ServiceName[]): boolean =>
  config.DATABASE_URL === undefined && services.some((service) => ownUrl(config, service) === undefined);

/** Does something with a server. Fails with a StartError that names its variable and its address, and no password. */
export const reachable = async (url: string, variable: string, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (cause) {
    const reason =
      cause instanceof Error && cause.message !== ""
        ? cause.message
        : ((cause as { code?: string }).code ?? "no answer");
    throw new StartError(
      `PostgreSQL at ${masked(url)} cannot be used: ${reason}. Is it running, and is ${variable} right?`,
      cause,
    );
  }
};
