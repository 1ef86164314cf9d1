import { ConfigError, type Environment } from "../shared/runtime/config.ts";
import { type PartName, partNames } from "./config.ts";

/** Whether the bot talks to Telegram's own server: a self-hosted one, or the sandbox, may have other limits. */
const isTelegramItself = ({ TELEGRAM_BOT_TOKEN, TELEGRAM_API_ROOT }: Environment): boolean => {
  if (!TELEGRAM_BOT_TOKEN?.trim()) return false;
  const root = TELEGRAM_API_ROOT?.trim();
  return !root || (URL.canParse(root) && /(^|\.)telegram\.org$/i.test(new URL(root).hostname));
};

/** A bot that is polled where nobody meant it may be another shop's: in production one of the two ways is chosen. */
const saysHowUpdatesCome = ({ TELEGRAM_WEBHOOK_URL, TELEGRAM_UPDATES }: Environment): boolean =>
  Boolean(TELEGRAM_WEBHOOK_URL?.trim()) || TELEGRAM_UPDATES?.trim() === "polling";

/** What is allowed in production and yet worth a second thought, as sentences. */
export const productionWarnings = ({ NODE_ENV, PASSWORD_LOGIN }: Environment): string[] =>
  NODE_ENV === "production" && PASSWORD_LOGIN?.trim() === "on"
    ? [
        "PASSWORD_LOGIN is on: a password is weaker than a code from the bot, and its owner may have no chat to be warned in",
      ]
    : [];

/**
 * Fails with a ConfigError that names everything which is good for trying out and dangerous in production. Of the parts only
 * notify needs the bot's token.
 */
export const assertProductionRules = (
  environment: Environment,
  parts: readonly PartName[] = partNames,
): void => {
  if (environment.NODE_ENV !== "production") return;
  const problems: string[] = [];
  const needsBot = parts.includes("notify") && environment.TELEGRAM_SANDBOX !== "allow";
  if (needsBot && !environment.TELEGRAM_BOT_TOKEN) {
    problems.push(
      "TELEGRAM_BOT_TOKEN: set it (from @BotFather); the sandbox is refused in production unless TELEGRAM_SANDBOX=allow",
    );
  }
  if (needsBot && environment.TELEGRAM_BOT_TOKEN && !saysHowUpdatesCome(environment)) {
    problems.push(
      "TELEGRAM_WEBHOOK_URL: set it to the gateway's public https address, and TELEGRAM_WEBHOOK_SECRET; or set TELEGRAM_UPDATES=polling, and one instance fetches what people write and tap",
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
  if (environment.TELEGRAM_WEBAPP_ENVIRONMENT?.trim() === "test") {
    problems.push(
      "TELEGRAM_WEBAPP_ENVIRONMENT: test is refused in production, for anybody can be anybody there",
    );
  }
  if (environment.CRASH_AT) problems.push("CRASH_AT: is refused in production");
  if (environment.CLOCK_OFF_MS) problems.push("CLOCK_OFF_MS: is refused in production");
  if (problems.length > 0) throw new ConfigError(problems);
};
