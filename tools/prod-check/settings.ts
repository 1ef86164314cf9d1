import { authConfigSchema, readSigningKey } from "../../auth/config.ts";
import { readBootConfig } from "../../boot/config.ts";
import { assertProductionRules, productionWarnings } from "../../boot/production-rules.ts";
import { withSecrets } from "../../boot/secrets.ts";
import { withTelegramKeys } from "../../boot/telegram-keys.ts";
import { catalogConfigSchema } from "../../catalog/config.ts";
import { gatewayConfigSchema } from "../../gateway/config.ts";
import { inventoryConfigSchema } from "../../inventory/config.ts";
import { notifyConfigSchema } from "../../notify/config.ts";
import { ordersConfigSchema } from "../../orders/config.ts";
import { ConfigError, type Environment, readConfig } from "../../shared/runtime/config.ts";

/** `refused`: production must not run so. `warning`: it may, and somebody should have decided it. */
export interface Finding {
  readonly level: "refused" | "warning";
  readonly text: string;
}

const refused = (text: string): Finding => ({ level: "refused", text });
const warning = (text: string): Finding => ({ level: "warning", text });

const SECRETS = [
  "INTERNAL_TOKEN",
  "OTP_PEPPER",
  "JWT_KEYS_SECRET",
  "METRICS_TOKEN",
  "TELEGRAM_WEBHOOK_SECRET",
  "NOTIFY_SECRET",
];
const SERVERS = ["DATABASE_URL", "REDIS_URL", "RABBITMQ_URL"];
/** What stands in examples and is left there. */
const PLACEHOLDER = /change.?me|example|secret|password|placeholder|replace|todo/i;
const WEAK_PASSWORDS: ReadonlySet<string> = new Set(["guest", "postgres", "kiosk", "admin", "root", "redis"]);
/** Different characters that a made secret of 32 has at least. */
const SYMBOLS_MIN = 10;

const problemsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

/** What the start itself would refuse, by the same rules and schemas, all at once. */
const refusedAtStart = (environment: Environment): readonly string[] => {
  const missing = problemsOf(() => withSecrets(environment, ""));
  const named = new Set(missing.map((problem) => problem.split(":")[0]));
  const schemas = [
    ...[gatewayConfigSchema, authConfigSchema, catalogConfigSchema],
    ...[inventoryConfigSchema, ordersConfigSchema, notifyConfigSchema],
  ];
  const wrong = [
    ...problemsOf(() => readBootConfig({ ...environment, SANDBOX_TOKEN: "x".repeat(32) })),
    ...problemsOf(() => withTelegramKeys(environment)),
    ...problemsOf(() => readSigningKey(readConfig(authConfigSchema, environment))),
    ...schemas.flatMap((schema) => problemsOf(() => readConfig(schema, environment))),
  ].filter((problem) => !named.has(problem.split(":")[0]));
  return [...new Set([...missing, ...problemsOf(() => assertProductionRules(environment)), ...wrong])];
};

const set = (environment: Environment, name: string): string => environment[name]?.trim() ?? "";

const weakSecrets = (environment: Environment): Finding[] => {
  const given = SECRETS.flatMap((name) => {
    const value = set(environment, name);
    return value === "" ? [] : [{ name, value }];
  });
  const weak = given
    .filter(({ value }) => PLACEHOLDER.test(value) || new Set(value).size < SYMBOLS_MIN)
    .map(({ name }) => refused(`${name}: can be guessed; make one: openssl rand -base64 32`));
  const same = [...Map.groupBy(given, ({ value }) => value).values()]
    .filter((names) => names.length > 1)
    .map((names) => refused(`${names.map(({ name }) => name).join(", ")}: are the same; each needs its own`));
  return [...weak, ...same];
};

const weakPasswords = (environment: Environment): Finding[] =>
  Object.keys(environment)
    .filter((name) => SERVERS.includes(name) || name.endsWith("_DATABASE_URL"))
    .flatMap((name) => {
      const text = set(environment, name);
      if (!URL.canParse(text)) return [];
      const { password, username } = new URL(text);
      if (password === "" && username === "" && name === "REDIS_URL")
        return [warning(`${name}: no password; is that Redis out of everybody's reach?`)];
      const isWeak =
        password === "" || WEAK_PASSWORDS.has(decodeURIComponent(password)) || password === username;
      return isWeak ? [refused(`${name}: its password is missing or known to everybody`)] : [];
    });

const isHttps = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === "https:";

const addresses = (environment: Environment): Finding[] => {
  const notHttps = (name: string, why: string): Finding[] => {
    const text = set(environment, name);
    return text === "" || isHttps(text) ? [] : [refused(`${name}: has to begin with https://, ${why}`)];
  };
  const origins = set(environment, "ALLOWED_ORIGINS")
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin.startsWith("http://"));
  return [
    ...notHttps("TELEGRAM_WEBHOOK_URL", "for Telegram calls no other"),
    ...notHttps("GATEWAY_URL", "for codes and tokens travel there"),
    ...notHttps("SHOP_URL", "for a Mini App opens no other"),
    ...(origins.length > 0
      ? [refused("ALLOWED_ORIGINS: an origin without TLS is anybody's on the way")]
      : []),
  ];
};

/** What may be meant so, and is a surprise where it is not. */
const choices = (environment: Environment): Finding[] => {
  const unset = (name: string): boolean => set(environment, name) === "";
  const ownDatabases = Object.keys(environment).some(
    (name) => name.endsWith("_DATABASE_URL") && !unset(name),
  );
  return [
    ...(unset("DATABASE_URL") && !ownDatabases
      ? [warning("DATABASE_URL: not set: the embedded PostgreSQL in DATA_DIR, on this machine alone")]
      : []),
    ...(unset("RABBITMQ_URL")
      ? [warning("RABBITMQ_URL: not set: everything has to run in one process")]
      : []),
    ...(unset("REDIS_URL") ? [warning("REDIS_URL: not set: limits and signs count in one process")] : []),
    ...(unset("METRICS_TOKEN") ? [warning("METRICS_TOKEN: not set: only this machine reads /metrics")] : []),
    ...(unset("JWT_KEYS_SECRET")
      ? [warning("JWT_KEYS_SECRET: not set: OTP_PEPPER seals the signing keys, and cannot be changed alone")]
      : []),
    ...(unset("ADMIN_PHONES") ? [warning("ADMIN_PHONES: not set: nobody is admin by their phone")] : []),
    ...(set(environment, "TELEGRAM_SANDBOX") === "allow"
      ? [warning("TELEGRAM_SANDBOX: allow: whoever holds SANDBOX_TOKEN drives its people")]
      : []),
    ...productionWarnings(environment).map(warning),
  ];
};

/** What is wrong, or worth a second thought, in an environment that production is to run with. Nothing is opened, and no value is said. */
export const checkSettings = (given: Environment): readonly Finding[] => {
  const environment = { ...given, NODE_ENV: "production" };
  return [
    ...refusedAtStart(environment).map(refused),
    ...weakSecrets(environment),
    ...weakPasswords(environment),
    ...addresses(environment),
    ...choices(environment),
  ];
};
