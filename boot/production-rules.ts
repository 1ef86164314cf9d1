import { ConfigError, type Environment } from "../shared/runtime/config.ts";

/** Fails with a ConfigError that names everything which is good for trying out and dangerous in production. */
export const assertProductionRules = (environment: Environment): void => {
  if (environment.NODE_ENV !== "production") return;
  const problems: string[] = [];
  if (!environment.TELEGRAM_BOT_TOKEN && environment.TELEGRAM_SANDBOX !== "allow") {
    problems.push(
      "TELEGRAM_BOT_TOKEN: set it (from @BotFather); the sandbox is refused in production unless TELEGRAM_SANDBOX=allow",
    );
  }
  if (environment.ALLOWED_ORIGINS?.split(",").some((origin) => origin.trim() === "*")) {
    problems.push("ALLOWED_ORIGINS: name the web origins; * is refused in production");
  }
  if (environment.RATE_LIMITS === "off") problems.push("RATE_LIMITS: off is refused in production");
  if (environment.PAYMENT_PROVIDERS?.split(",").some((name) => name.trim() === "simulated")) {
    problems.push("PAYMENT_PROVIDERS: simulated is refused in production, for nobody is paid by it");
  }
  if (environment.CRASH_AT) problems.push("CRASH_AT: is refused in production");
  if (problems.length > 0) throw new ConfigError(problems);
};
