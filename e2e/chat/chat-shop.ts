import { SANDBOX_ADMIN_PHONE } from "../../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../../boot/secrets.ts";
import { SANDBOX_BOT_TOKEN } from "../../sandbox/sandbox.ts";
import { freePort } from "../../shared/drivers/free-port.ts";
import { type ApiClient, createApiClient } from "../../tools/client/api-client.ts";
import { createSandboxClient, type SandboxClient } from "../../tools/client/sandbox-client.ts";
import { openOneProcess } from "../one-process.ts";

/** How the bot's calls and updates travel: within the process, or over HTTP with a token set, as they do with Telegram. */
export type BotMode = "in process" | "polling over HTTP" | "webhook over HTTP";
export const botModes: readonly BotMode[] = ["in process", "polling over HTTP", "webhook over HTTP"];

/** A token of the form that BotFather gives; the sandbox takes it as its bot's. */
const TOKEN = "7700000001:AAchat-journey-token-of-nobody-00001";
const WEBHOOK_SECRET = "chat-journey-webhook-secret-0000000001";

const environmentOf = (mode: BotMode): Readonly<Record<string, string>> => {
  // The sandbox's limits are off, so ours may be as well.
  const unpaced = { TELEGRAM_PACE: "off" };
  if (mode === "in process") return unpaced;
  const port = freePort();
  const gateway = `http://127.0.0.1:${port}`;
  const overHttp = {
    PORT: String(port),
    TELEGRAM_BOT_TOKEN: TOKEN,
    ADMIN_PHONES: SANDBOX_ADMIN_PHONE,
    TELEGRAM_SANDBOX: "allow",
    TELEGRAM_API_ROOT: `${gateway}/sandbox`,
    ...unpaced,
  };
  if (mode === "polling over HTTP") return overHttp;
  return { ...overHttp, TELEGRAM_WEBHOOK_URL: gateway, TELEGRAM_WEBHOOK_SECRET: WEBHOOK_SECRET };
};

/** A shop whose people talk to its bot. */
export interface ChatShop {
  readonly url: string;
  readonly api: ApiClient;
  readonly sandbox: SandboxClient;
  readonly adminPhone: string;
  /** The chat of a person as text, without times and ids. */
  transcript(personId: number): Promise<string>;
  /** What the Bot API says of the webhook's address; empty while there is none. */
  webhookUrl(): Promise<string>;
  close(): Promise<void>;
}

/** Starts the whole of Kiosk in one process, with its bot in this mode. */
export const openChatShop = async (mode: BotMode): Promise<ChatShop> => {
  const shop = await openOneProcess({ SHOP_SUPPORT: "@kiosk_support", ...environmentOf(mode) });
  const botToken = mode === "in process" ? SANDBOX_BOT_TOKEN : TOKEN;
  const api = createApiClient(shop.url);
  const token = readKeptSecrets(shop.dataDir).SANDBOX_TOKEN ?? "";
  return {
    url: shop.url,
    api,
    sandbox: createSandboxClient(api, token),
    adminPhone: shop.adminPhone,
    async transcript(personId) {
      const address = `${shop.url}/sandbox/api/people/${personId}/transcript`;
      return (await fetch(address, { headers: { "x-sandbox-token": token } })).text();
    },
    async webhookUrl() {
      const answer = await fetch(`${shop.url}/sandbox/bot${botToken}/getWebhookInfo`);
      return ((await answer.json()) as { result: { url: string } }).result.url;
    },
    close: shop.close,
  };
};
