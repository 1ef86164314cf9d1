import { generateKeyPairSync } from "node:crypto";
import { authConfigSchema, readSigningKey } from "../../../auth/config.ts";
import { bootConfigSchema, type PartName, partNames, readBootConfig } from "../../../boot/config.ts";
import { assertProductionRules } from "../../../boot/production-rules.ts";
import { withSecrets } from "../../../boot/secrets.ts";
import { telegramKeysOf, withTelegramKeys } from "../../../boot/telegram-keys.ts";
import { catalogConfigSchema } from "../../../catalog/config.ts";
import { gatewayConfigSchema } from "../../../gateway/config.ts";
import { inventoryConfigSchema } from "../../../inventory/config.ts";
import { notifyConfigSchema } from "../../../notify/config.ts";
import { ordersConfigSchema } from "../../../orders/config.ts";
import { ConfigError, type Environment, readConfig } from "../../../shared/runtime/config.ts";
import type { ServiceName } from "../../../shared/runtime/service.ts";

const schemas = {
  gateway: gatewayConfigSchema,
  auth: authConfigSchema,
  catalog: catalogConfigSchema,
  inventory: inventoryConfigSchema,
  orders: ordersConfigSchema,
  notify: notifyConfigSchema,
} as const;

/** Read by what Kiosk is made of, and not by its schemas: Bun, and OpenTelemetry's own names. */
const READ_ELSEWHERE = /^(BUN_CONFIG_MAX_HTTP_REQUESTS|OTEL_[A-Z_]+)$/;

const known: ReadonlySet<string> = new Set([
  ...Object.keys(bootConfigSchema.shape),
  ...Object.values(schemas).flatMap((schema) => Object.keys(schema.shape)),
]);

/** Names in an environment that nothing reads: slips of the pen. */
export const unknownVariables = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !known.has(name) && !READ_ELSEWHERE.test(name));

const botToken = `123456789:${"A1b2C3d4E5".repeat(4).slice(0, 35)}`;
const keys = telegramKeysOf(botToken);

/** A sound value for each variable that a person has to give; another text, long enough for a secret, for those that are not listed. */
export const sampleOf = (name: string): string => {
  const samples: Record<string, string> = {
    JWT_PRIVATE_JWK: JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })),
    TELEGRAM_BOT_TOKEN: botToken,
    TELEGRAM_BOT_ID: keys?.botId ?? "",
    TELEGRAM_WEBAPP_KEY: keys?.webAppKey ?? "",
    TELEGRAM_UPDATES: "webhook",
    TELEGRAM_WEBHOOK_URL: "https://shop.test",
    TELEGRAM_WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
    GATEWAY_URL: "https://shop.test",
    SMTP_URL: "smtps://u:p@mail.test:465",
    REDIS_URL: "redis://:p@redis",
    RABBITMQ_URL: "amqp://u:p@rabbitmq",
  };
  if (/DATABASE_URL$/.test(name)) return "postgres://u:p@postgres/x";
  return samples[name] ?? `sample-of-${name}-0123456789-abcdefghij`;
};

/** Where each service's rows are has to be said: the folder of a container is empty. */
const databaseProblem = (part: PartName, environment: Environment): string[] =>
  part === "gateway" || environment.DATABASE_URL || environment[`${part.toUpperCase()}_DATABASE_URL`]
    ? []
    : [`${part.toUpperCase()}_DATABASE_URL: not set`];

/** What joins parts that run apart; without it each would have one of its own in its process. */
const serverProblems = (environment: Environment): string[] =>
  ["REDIS_URL", "RABBITMQ_URL"].filter((name) => !environment[name]).map((name) => `${name}: not set`);

/** The others would be looked for on this machine. */
const addressProblems = (part: PartName, environment: Environment): string[] =>
  (partNames.filter((name) => name !== "gateway" && name !== part) as ServiceName[])
    .map((name) => `${name.toUpperCase()}_URL`)
    .filter((name) => !environment[name])
    .map((name) => `${name}: not set`);

/** Why a part could not start in production with this environment, by the rules and schemas of the start itself. */
export const problemsOfPart = (part: PartName, environment: Environment): readonly string[] => {
  try {
    assertProductionRules(environment, [part]);
    const whole = withTelegramKeys(withSecrets(environment, "", [part]));
    readBootConfig(whole);
    readConfig(schemas[part], whole);
    if (part === "auth") readSigningKey(readConfig(authConfigSchema, whole));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [
    ...databaseProblem(part, environment),
    ...serverProblems(environment),
    ...addressProblems(part, environment),
  ];
};
