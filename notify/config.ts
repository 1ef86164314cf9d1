import { z } from "zod";
import { variable } from "../shared/runtime/config.ts";
import { noPace, type Paces, telegramPace } from "./domain/pace.ts";

/** Telegram's own server. */
const TELEGRAM_API = "https://api.telegram.org";

/** The variables that notify reads. */
export const notifyConfigSchema = z
  .object({
    TELEGRAM_BOT_TOKEN: z
      .string()
      .regex(/^\d+:[A-Za-z0-9_-]{30,}$/, "a bot token as @BotFather gives it: digits, a colon, letters")
      .optional()
      .describe("token of the bot, from @BotFather; without it the sandbox stands in for Telegram"),
    TELEGRAM_API_ROOT: variable
      .url(["http:", "https:"])
      .default(TELEGRAM_API)
      .transform((url) => url.replace(/\/+$/, ""))
      .describe("address of the Bot API"),
    TELEGRAM_WEBHOOK_URL: variable
      .url(["http:", "https:"])
      .optional()
      .describe("public address of the gateway: updates come by webhook instead of long polling"),
    TELEGRAM_WEBHOOK_SECRET: z
      .string()
      .regex(/^[A-Za-z0-9_-]{32,256}$/, "32 to 256 characters of A-Z a-z 0-9 _ -")
      .optional()
      .describe("secret that Telegram sends with every webhook call; needed with TELEGRAM_WEBHOOK_URL"),
    TELEGRAM_TAKEOVER: z
      .enum(["0", "1"], { error: "0 or 1" })
      .default("0")
      .transform((value) => value === "1")
      .describe("1: poll a bot whose webhook is set elsewhere, which ends that webhook"),
    TELEGRAM_PACE: z
      .enum(["telegram", "off"], { error: "telegram or off" })
      .default("telegram")
      .describe(
        "off: as fast as a stand-in for Telegram answers, for load tests; refused in production for Telegram's own server",
      ),
    TELEGRAM_MESSAGES_PER_SECOND: variable
      .wholeNumber(25, 1, 1_000)
      .describe("messages a second that the bot may send, over all instances; Telegram allows about 30"),
    AUDIT_ADDRESS_DAYS: variable
      .wholeNumber(90, 1, 3_650)
      .describe("days that notices of sign-ins keep the address and the device; the notices themselves stay"),
    SHOP_NAME: z.string().min(1).max(64).default("Kiosk").describe("name of the shop in messages"),
    SHOP_URL: variable
      .url(["https:"])
      .optional()
      .describe("public address of the shop, https, for the bot's button that opens it; none without"),
    SHOP_SUPPORT: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("how people reach the shop, as the bot tells it: an address, a phone number, a user name"),
  })
  .refine(
    (config) => config.TELEGRAM_WEBHOOK_URL === undefined || config.TELEGRAM_WEBHOOK_SECRET !== undefined,
    {
      path: ["TELEGRAM_WEBHOOK_SECRET"],
      error:
        "needed with TELEGRAM_WEBHOOK_URL, else anybody could send updates (make one: openssl rand -hex 32)",
    },
  );

/** How fast the bot may send. */
export const pacesOf = (config: NotifyConfig): Paces =>
  config.TELEGRAM_PACE === "off" ? noPace : telegramPace(config.TELEGRAM_MESSAGES_PER_SECOND);

export type NotifyConfig = Readonly<z.infer<typeof notifyConfigSchema>>;
