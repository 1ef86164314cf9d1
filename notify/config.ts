import { z } from "zod";
import { isTimezone } from "../shared/kernel/timezone.ts";
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
    TELEGRAM_UPDATES: z
      .enum(["webhook", "polling"], { error: "webhook or polling" })
      .optional()
      .describe(
        "how messages and taps come: webhook, as TELEGRAM_WEBHOOK_URL says, or polling, by one instance. Without it: webhook where that address is set; in production nobody polls who was not told to",
      ),
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
    TELEGRAM_RESEND_UNKNOWN: z
      .enum(["on", "off"], { error: "on or off" })
      .default("off")
      .transform((value) => value === "on")
      .describe(
        "on: a message of which nobody knows whether it arrived is sent once more after 30 s, so that some arrive twice; never codes nor broadcasts",
      ),
    AUDIT_ADDRESS_DAYS: variable
      .wholeNumber(90, 1, 3_650)
      .describe("days that notices of sign-ins keep the address and the device; the notices themselves stay"),
    NOTIFY_SECRET: variable
      .secret()
      .optional()
      .describe(
        "what the secrets of webhooks, mailed codes and links that end offers are derived from; outside production made from INTERNAL_TOKEN. Without it mail and webhooks are off; another one ends them all",
      ),
    SMTP_URL: variable
      .url(["smtp:", "smtps:"])
      .optional()
      .describe(
        "mail server, smtps://user:password@host:465 or smtp://…:587 (STARTTLS); a secret. Without it mail goes to the sandbox, and in production nowhere",
      ),
    SMTP_TLS: z
      .enum(["required", "off"], { error: "required or off" })
      .default("required")
      .describe("off: mail is handed over also to a server elsewhere that offers no encryption"),
    MAIL_FROM: z
      .string()
      .regex(
        /^(?:[^<>\r\n"]{0,100}<)?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?$/,
        "an address, or a name and an address such as Kiosk <shop@example.org>",
      )
      .default("Kiosk <kiosk@localhost>")
      .describe("sender of mails; its domain names them"),
    MAIL_PER_MINUTE: variable
      .wholeNumber(120, 1, 60_000)
      .describe(
        "mails a minute that are handed over, over all instances; codes to confirm an address beside",
      ),
    WEBHOOKS_PRIVATE: z
      .enum(["allow", "refuse"], { error: "allow or refuse" })
      .default("refuse")
      .describe(
        "allow: webhooks may be posted to one's own network, by http too; outside production that is the default",
      ),
    SHOP_NAME: z.string().min(1).max(64).default("Kiosk").describe("name of the shop in messages"),
    SHOP_URL: variable
      .url(["https:"])
      .optional()
      .describe("public address of the shop, https, for the bot's button that opens it; none without"),
    SHOP_TIMEZONE: z
      .string()
      .refine(isTimezone, "a name of the IANA time zone database, such as Europe/Berlin")
      .default("UTC")
      .describe("time zone of the shop: when its day begins, and the times that its people read in the chat"),
    GROUPS_SHOW_CUSTOMER: z
      .enum(["on", "off"], { error: "on or off" })
      .default("off")
      .transform((value) => value === "on")
      .describe(
        "on: order cards in groups show address, note and phone of the customer, and cards and alerts why an order was cancelled",
      ),
    SHOP_SUPPORT: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("how people reach the shop, as the bot tells it: an address, a phone number, a user name"),
  })
  .refine((config) => config.TELEGRAM_UPDATES !== "webhook" || config.TELEGRAM_WEBHOOK_URL !== undefined, {
    path: ["TELEGRAM_WEBHOOK_URL"],
    error: "needed with TELEGRAM_UPDATES=webhook: the gateway's public address, https",
  })
  .refine(
    (config) => config.TELEGRAM_WEBHOOK_URL === undefined || config.TELEGRAM_WEBHOOK_SECRET !== undefined,
    {
      path: ["TELEGRAM_WEBHOOK_SECRET"],
      error:
        "needed with TELEGRAM_WEBHOOK_URL, else anybody could send updates (make one: openssl rand -hex 32)",
    },
  );

/** Where updates are brought to; null where they are fetched. The configuration has seen to it that the address does not stand without its secret. */
export const webhookOf = (
  config: Pick<NotifyConfig, "TELEGRAM_UPDATES" | "TELEGRAM_WEBHOOK_URL" | "TELEGRAM_WEBHOOK_SECRET">,
): { readonly publicUrl: string; readonly secret: string } | null => {
  const { TELEGRAM_WEBHOOK_URL: publicUrl, TELEGRAM_WEBHOOK_SECRET: secret } = config;
  if (config.TELEGRAM_UPDATES === "polling" || publicUrl === undefined || secret === undefined) return null;
  return { publicUrl, secret };
};

/** How fast the bot may send. */
export const pacesOf = (config: NotifyConfig): Paces =>
  config.TELEGRAM_PACE === "off" ? noPace : telegramPace(config.TELEGRAM_MESSAGES_PER_SECOND);

export type NotifyConfig = Readonly<z.infer<typeof notifyConfigSchema>>;
