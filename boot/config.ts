import { z } from "zod";
import { postgresLimits } from "../shared/drivers/postgres.ts";
import { isNetwork } from "../shared/runtime/client-address.ts";
import { ConfigError, type Environment, readConfig, variable } from "../shared/runtime/config.ts";
import { crashPoints, parseDoom } from "../shared/runtime/crash-point.ts";
import { logLevels } from "../shared/runtime/logging.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";

/** What can be started: `bun start orders` starts that one alone. */
export const partNames = ["gateway", ...serviceNames] as const;
export type PartName = (typeof partNames)[number];

const POSTGRES = ["postgres:", "postgresql:"];
const HTTP = ["http:", "https:"];
const databaseUrlOf = (service: string) =>
  variable.url(POSTGRES).optional().describe(`The ${service} service's own database`);
/** A list is tried from one end to the other while nobody answers, within one request. */
const ADDRESSES_MAX = 16;
/** A clock that is further off is a machine that nobody looks after. */
const CLOCK_OFF_MAX_MS = 60_000;
/**
 * `key=value` pairs, percent-encoded, separated by commas: as OpenTelemetry has it
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables).
 */
const headerPairs = () =>
  variable
    .list()
    .transform((pairs, context) => {
      try {
        const read = new Headers(
          pairs.map((pair) => {
            const [name = "", ...value] = pair.split("=");
            return [name.trim(), decodeURIComponent(value.join("=").trim())] as [string, string];
          }),
        );
        return Object.fromEntries(read.entries());
      } catch {
        context.addIssue("pairs such as name=value,other=value, with what is special percent-encoded");
        return z.NEVER;
      }
    })
    .describe("Sent with every message to that receiver, such as authorization=Bearer%20…; a secret");

const withoutSlash = (address: string): string => address.replace(/\/+$/, "");

const isAddress = (text: string): boolean =>
  HTTP.some((protocol) => text.startsWith(`${protocol}//`)) && URL.canParse(text) && !/[?#]/.test(text);

const addressesOf = (service: string, port: number) =>
  variable
    .list()
    .transform((addresses) => [...new Set(addresses.map(withoutSlash))])
    .refine(
      (addresses) => addresses.length > 0 && addresses.length <= ADDRESSES_MAX && addresses.every(isAddress),
      `one URL or several (${ADDRESSES_MAX} at most, separated by commas), each beginning with http:// or https://`,
    )
    .optional()
    .describe(
      `Where the ${service} service answers, several addresses separated by commas; http://127.0.0.1:${port} where it runs apart`,
    );

/** What the process as a whole reads from the environment; each service has a schema of its own beside it. */
export const bootConfigSchema = z.object({
  NODE_ENV: z
    .enum(["development", "test", "production"], { error: "development, test or production" })
    .default("development")
    .describe("production refuses everything that is only good for trying out"),
  HOST: z.string().default("127.0.0.1").describe("Address to listen on; 0.0.0.0 for all"),
  TRUSTED_PROXIES: variable
    .list()
    .refine(
      (networks) => networks.every(isNetwork),
      "addresses or networks, such as 10.0.0.0/8, separated by commas",
    )
    .describe(
      "Proxies before the gateway, whose X-Forwarded-For is believed: addresses or networks, separated by commas. Without it the proxy is the one client that limits count",
    ),
  PORT: variable.port(3000).describe("The gateway's port"),
  AUTH_PORT: variable.port(3001).describe("Port of auth, where it runs apart"),
  CATALOG_PORT: variable.port(3002).describe("Port of catalog, where it runs apart"),
  INVENTORY_PORT: variable.port(3003).describe("Port of inventory, where it runs apart"),
  ORDERS_PORT: variable.port(3004).describe("Port of orders, where it runs apart"),
  NOTIFY_PORT: variable.port(3005).describe("Port of notify, where it runs apart"),
  DATA_DIR: z
    .string()
    .default(".data")
    .describe("Folder for the embedded PostgreSQL, the sandbox and the keys made for development"),
  DATABASE_URL: variable
    .url(POSTGRES)
    .optional()
    .describe("A PostgreSQL server; a database per service is made on it. Without it: embedded"),
  DATABASE_POOL_MAX: variable
    .wholeNumber(postgresLimits.poolMax, 4, 100)
    .describe(
      "Connections to PostgreSQL at most, for each service of this process; all processes together stay below its max_connections",
    ),
  AUTH_DATABASE_URL: databaseUrlOf("auth"),
  CATALOG_DATABASE_URL: databaseUrlOf("catalog"),
  INVENTORY_DATABASE_URL: databaseUrlOf("inventory"),
  ORDERS_DATABASE_URL: databaseUrlOf("orders"),
  NOTIFY_DATABASE_URL: databaseUrlOf("notify"),
  REDIS_URL: variable
    .url(["redis:", "rediss:"])
    .optional()
    .describe("Redis for Pub/Sub, expiring values and limits. Without it: in process"),
  RABBITMQ_URL: variable
    .url(["amqp:", "amqps:"])
    .optional()
    .describe("RabbitMQ for events. Without it: in process"),
  RABBITMQ_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{0,64}$/, "up to 64 letters, digits, dots, dashes and underscores")
    .default("")
    .describe("Begins the names of exchanges and queues, for several shops on one virtual host"),
  GATEWAY_URL: variable
    .url(HTTP)
    .refine((address) => !address.includes(","), "one URL: it is what people are told")
    .optional()
    .describe("The one address of the gateway that people and the bot are told; http://127.0.0.1:3000"),
  AUTH_URL: addressesOf("auth", 3001),
  CATALOG_URL: addressesOf("catalog", 3002),
  INVENTORY_URL: addressesOf("inventory", 3003),
  ORDERS_URL: addressesOf("orders", 3004),
  NOTIFY_URL: addressesOf("notify", 3005),
  JWT_ISSUER: z.string().min(1).max(200).default("kiosk").describe("Issuer of the tokens"),
  INTERNAL_TOKEN: variable
    .secret()
    .describe(
      "Shared by the services for their calls to each other; made and kept in DATA_DIR outside production",
    ),
  SANDBOX_TOKEN: variable
    .secret()
    .describe("Drives the people of the Telegram sandbox; made and kept in DATA_DIR"),
  TELEGRAM_SANDBOX: z
    .enum(["allow"], { error: "allow, or nothing" })
    .optional()
    .describe("allow: the sandbox runs beside a bot token, or in production"),
  CRASH_AT: z
    .string()
    .transform((text, context) => {
      const doom = parseDoom(text);
      if (doom === null) context.addIssue(`one of ${crashPoints.join(", ")}, with #n for the n-th pass`);
      return doom ?? z.NEVER;
    })
    .optional()
    .describe("For tests: the moment at which the process ends as by kill -9. Refused in production"),
  CLOCK_OFF_MS: z.coerce
    .number({ error: "a whole number of milliseconds" })
    .int("a whole number of milliseconds")
    .min(-CLOCK_OFF_MAX_MS, "a minute at most")
    .max(CLOCK_OFF_MAX_MS, "a minute at most")
    .default(0)
    .describe(
      "For tests: how far this process's clock is ahead of the machine's, in milliseconds. Refused in production",
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable
    .url(HTTP)
    .optional()
    .describe(
      "Base address of a receiver of traces by OTLP over HTTP, such as http://127.0.0.1:4318. Without it: no traces",
    ),
  OTEL_EXPORTER_OTLP_HEADERS: headerPairs(),
  OTEL_SERVICE_NAME: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, "up to 64 letters, digits, dots, dashes and underscores")
    .default("kiosk")
    .describe("Begins the names of the services in traces: kiosk-orders"),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: "a share from 0 to 1" })
    .min(0, "a share from 0 to 1")
    .max(1, "a share from 0 to 1")
    .default(1)
    .describe("Share of the requests that are traced, 0 to 1; decided at the gateway"),
  LOG_LEVEL: z
    .enum(logLevels, { error: `one of ${logLevels.join(", ")}` })
    .optional()
    .describe("Default: info in production, else warn"),
});

export type BootConfig = Readonly<z.infer<typeof bootConfigSchema>>;

/** `GATEWAY_PORT` is another name of `PORT`. */
const withAliases = (environment: Environment): Environment => ({
  ...environment,
  PORT: environment.PORT || environment.GATEWAY_PORT,
});

export const readBootConfig = (environment: Environment): BootConfig =>
  readConfig(bootConfigSchema, withAliases(environment));

type Ports = Pick<BootConfig, "PORT" | Uppercase<`${ServiceName}_PORT`>>;

/** The port variable and its value, for each part. */
export const portOf = (config: Ports, part: PartName): { variable: string; port: number } => {
  if (part === "gateway") return { variable: "PORT", port: config.PORT };
  const name = `${part.toUpperCase()}_PORT` as Uppercase<`${ServiceName}_PORT`>;
  return { variable: name, port: config[name] };
};

const onItsPort = (config: BootConfig, part: PartName): string =>
  `http://127.0.0.1:${portOf(config, part).port}`;

/** Where a service answers that does not run in this process: one address or several, none of them twice. */
export const addressesOfService = (config: BootConfig, service: ServiceName): readonly string[] =>
  config[`${service.toUpperCase()}_URL` as Uppercase<`${ServiceName}_URL`>] ?? [onItsPort(config, service)];

/** Where the gateway answers when it does not run in this process. */
export const gatewayAddress = (config: BootConfig): string =>
  withoutSlash(config.GATEWAY_URL ?? onItsPort(config, "gateway"));

/** The parts named on the command line; all of them where none is. Throws a ConfigError on an unknown one. */
export const readParts = (words: readonly string[]): PartName[] => {
  const unknown = words.filter((word) => !(partNames as readonly string[]).includes(word));
  if (unknown.length > 0)
    throw new ConfigError([
      `${unknown.join(", ")}: there is no such service. There are ${partNames.join(", ")}.`,
    ]);
  return words.length === 0 ? [...partNames] : partNames.filter((name) => words.includes(name));
};
