import type { NotifyConfig } from "./config.ts";
import type { ShopFacts } from "./telegram/screens.ts";

/** What the bot says of the shop. A webhook's public address is the shop's too. */
export const factsOf = (config: NotifyConfig): ShopFacts => {
  const webhookUrl = config.TELEGRAM_WEBHOOK_URL;
  return {
    shopName: config.SHOP_NAME,
    shopUrl: config.SHOP_URL ?? (webhookUrl?.startsWith("https:") ? webhookUrl : null),
    support: config.SHOP_SUPPORT ?? null,
    timezone: config.SHOP_TIMEZONE,
  };
};
