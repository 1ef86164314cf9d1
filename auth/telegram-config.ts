import { z } from "zod";
import { variable } from "../shared/runtime/config.ts";
import type { MiniAppKey } from "./credentials/telegram-proofs.ts";

const derivedKey = (name: string) =>
  z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, `64 hexadecimal digits, as ${name} prints them`)
    .optional();

/** The variables for signing in from inside Telegram: keys that were derived from the bot's token, never the token itself. */
export const telegramVariables = {
  TELEGRAM_BOT_ID: z
    .string()
    .regex(/^[1-9][0-9]{0,15}$/, "the digits in front of the colon of the bot's token")
    .optional()
    .describe(
      "id of the bot: sign-in from a Mini App is then verified by Telegram's public key, where TELEGRAM_WEBAPP_KEY is not set",
    ),
  TELEGRAM_WEBAPP_KEY: derivedKey("bun run telegram:keys").describe(
    "key that verifies sign-in from a Mini App, made by bun run telegram:keys; by itself where the bot or the sandbox is known",
  ),
  TELEGRAM_WEBAPP_ENVIRONMENT: z
    .enum(["production", "test"], { error: "production or test" })
    .default("production")
    .describe("which of Telegram's public keys is trusted; test is refused in production"),
  AUTH_TELEGRAM_WIDGET: variable.onOff("off").describe("on: sign-in by Telegram's legacy login widget"),
  TELEGRAM_WIDGET_KEY: derivedKey("bun run telegram:keys --widget").describe(
    "key that verifies the legacy login widget, made by bun run telegram:keys --widget; needed with AUTH_TELEGRAM_WIDGET=on where the bot is not known",
  ),
} as const;

export type TelegramConfig = Readonly<z.infer<z.ZodObject<typeof telegramVariables>>>;

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

/** What init data are verified with; null where neither the key nor the bot's id is set. */
export const miniAppKeyOf = (config: TelegramConfig): MiniAppKey | null => {
  const { TELEGRAM_WEBAPP_KEY: key, TELEGRAM_BOT_ID: botId } = config;
  if (key !== undefined) return { kind: "hmac", key: bytes(key) };
  if (botId === undefined) return null;
  return { kind: "ed25519", botId, environment: config.TELEGRAM_WEBAPP_ENVIRONMENT };
};

/** True where the widget is off or has its key. */
export const hasWidgetKey = (
  config: Pick<TelegramConfig, "AUTH_TELEGRAM_WIDGET" | "TELEGRAM_WIDGET_KEY">,
): boolean => !config.AUTH_TELEGRAM_WIDGET || config.TELEGRAM_WIDGET_KEY !== undefined;

/** Key of the legacy widget; null while it is off. */
export const widgetKeyOf = (config: TelegramConfig): Buffer | null =>
  config.AUTH_TELEGRAM_WIDGET && config.TELEGRAM_WIDGET_KEY !== undefined
    ? bytes(config.TELEGRAM_WIDGET_KEY)
    : null;
