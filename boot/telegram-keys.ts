import { createHash, createHmac } from "node:crypto";
import { SANDBOX_BOT_TOKEN } from "../sandbox/sandbox.ts";
import { ConfigError, type Environment } from "../shared/runtime/config.ts";
import { isSandboxOn } from "./telegram.ts";

/** What can verify that something comes from Telegram for one bot. None of it leads back to the token or drives the bot. */
export interface TelegramKeys {
  /** Decimal digits. */
  readonly botId: string;
  /** Verifies the init data of Mini Apps; 64 hexadecimal digits. */
  readonly webAppKey: string;
  /** Verifies the legacy login widget; 64 hexadecimal digits. */
  readonly widgetKey: string;
}

const SANDBOX_BOT_ID = SANDBOX_BOT_TOKEN.slice(0, SANDBOX_BOT_TOKEN.indexOf(":"));
const TOKEN = /^([1-9][0-9]{0,15}):\S{20,}$/;

const keysBy = (botId: string, secret: string): TelegramKeys => ({
  botId,
  webAppKey: createHmac("sha256", "WebAppData").update(secret).digest("hex"),
  widgetKey: createHash("sha256").update(secret).digest("hex"),
});

/** Keys of a bot by its token, as Telegram derives them; null where the text is no token. */
export const telegramKeysOf = (token: string): TelegramKeys | null => {
  const botId = TOKEN.exec(token)?.[1];
  return botId === undefined ? null : keysBy(botId, token);
};

/**
 * Keys of the sandbox's bot. Its token stands in the source for everybody to read, so its keys are derived from the sandbox's
 * secret as well: else anybody who reaches the gateway could sign in as anybody.
 */
const sandboxKeys = ({ SANDBOX_TOKEN }: Environment): TelegramKeys | null =>
  SANDBOX_TOKEN ? keysBy(SANDBOX_BOT_ID, `${SANDBOX_BOT_TOKEN}:${SANDBOX_TOKEN}`) : null;

const assertSameBot = (environment: Environment, { botId, webAppKey, widgetKey }: TelegramKeys): void => {
  const derived = { TELEGRAM_BOT_ID: botId, TELEGRAM_WEBAPP_KEY: webAppKey, TELEGRAM_WIDGET_KEY: widgetKey };
  const wrong = Object.entries(derived).filter(([name, value]) => {
    const given = environment[name]?.trim();
    return given && given.toLowerCase() !== value;
  });
  if (wrong.length === 0) return;
  throw new ConfigError(
    wrong.map(
      ([name]) => `${name}: does not belong to the bot's token (leave it out, or: bun run telegram:keys)`,
    ),
  );
};

const isSet = (environment: Environment, name: string): boolean => Boolean(environment[name]?.trim());

/**
 * The environment with the keys that auth verifies Telegram's data by, where the bot's token is known to this process or the
 * sandbox stands in for Telegram: auth itself never sees a token. Fails with a ConfigError where a key is of another bot.
 */
export const withTelegramKeys = (environment: Environment): Environment => {
  const token = environment.TELEGRAM_BOT_TOKEN?.trim();
  const keys = token ? telegramKeysOf(token) : isSandboxOn(environment) ? sandboxKeys(environment) : null;
  if (keys === null) return environment;
  if (token) assertSameBot(environment, keys);
  // Whoever has named one of the two has chosen how: by the key, or by the bot's id and Telegram's own key.
  const isChosen = isSet(environment, "TELEGRAM_BOT_ID") || isSet(environment, "TELEGRAM_WEBAPP_KEY");
  const wantsWidget =
    environment.AUTH_TELEGRAM_WIDGET?.trim() === "on" && !isSet(environment, "TELEGRAM_WIDGET_KEY");
  return {
    ...environment,
    ...(isChosen ? {} : { TELEGRAM_BOT_ID: keys.botId, TELEGRAM_WEBAPP_KEY: keys.webAppKey }),
    ...(wantsWidget ? { TELEGRAM_WIDGET_KEY: keys.widgetKey } : {}),
  };
};

/** The bot's token for `bun run telegram:keys`: from the environment, else what is piped in. */
export const tokenFrom = async (environment: Environment, piped: () => Promise<string>): Promise<string> =>
  environment.TELEGRAM_BOT_TOKEN?.trim() || (await piped()).trim();
