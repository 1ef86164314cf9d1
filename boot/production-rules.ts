import { ConfigError, type Environment } from "../shared/runtime/config.ts";

/** Whether the bot talks to Telegram's own server: a self-hosted one, or the sandbox, may have other limits. */
const isTelegramItself = ({ TELEGRAM_BOT_TOKEN, TELEGRAM_API_ROOT }: Environment): boolean => {
  if (!TELEGRAM_BOT_TOKEN?.trim()) return false;
  const root = TELEGRAM_API_ROOT?.trim();
  return !root || (URL.canParse(root) && /(^|\.)telegram\.org$/i.test(new URL(root).hostname));
};

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
  if (environment.TELEGRAM_PACE?.trim() === "off" && isTelegramItself(environment)) {
    problems.push("TELEGRAM_PACE: off is refused in production, for Telegram bars a bot that sends too fast");
  }
  if (environment.CRASH_AT) problems.push("CRASH_AT: is refused in production");
  if (problems.length > 0) throw new ConfigError(problems);
};
