import type { Context } from "grammy";
import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import type { ChatOrders } from "../usecases/chat-orders.ts";
import { buttonData } from "./callback-data.ts";
import { reply, textsOf } from "./reply.ts";

/** What the bot says of the shop. */
export interface ShopFacts {
  readonly shopName: string;
  /** Where the shop is, for everybody: https; null where it is not known. */
  readonly shopUrl: string | null;
  /** How to reach the shop, in its own words; null where it does not say. */
  readonly support: string | null;
  /** In whose days and hours the shop's people are told: a name of the IANA database. */
  readonly timezone: string;
}

/** A button that opens the shop, where it has an address. */
export const shopButton = (ctx: Context, { shopUrl }: ShopFacts): InlineKeyboardButton[][] =>
  shopUrl === null ? [] : [[{ text: textsOf(ctx).chat.buttons.openShop, url: shopUrl }]];

/** Who the shop is, what the bot does, and where to go from here. */
export const replyWithStart = (ctx: Context, facts: ShopFacts): Promise<void> => {
  const texts = textsOf(ctx);
  const { orders, notifications } = texts.chat.buttons;
  const keyboard: InlineKeyboardMarkup = {
    inline_keyboard: [
      [{ text: orders, callback_data: buttonData("order-list") }],
      [{ text: notifications, callback_data: buttonData("notifications") }],
      ...shopButton(ctx, facts),
    ],
  };
  return reply(ctx, texts.greeting(facts.shopName), keyboard);
};

/** The person's last orders, each a button that shows its card. */
export const replyWithOrders = async (
  ctx: Context,
  telegramUserId: number,
  cases: ChatOrders,
): Promise<void> => {
  const orders = await cases.list({ telegramUserId });
  const texts = textsOf(ctx).chat.orders;
  if (orders.length === 0) return reply(ctx, texts.none());
  await reply(ctx, texts.title(), {
    inline_keyboard: orders.map((order) => [
      { text: texts.label(order), callback_data: buttonData("order-show", order.id) },
    ]),
  });
};

/** How to reach the shop, about an order or about anything. */
export const replyWithSupport = (
  ctx: Context,
  { shopName, support }: ShopFacts,
  orderNumber: string | null = null,
): Promise<void> => reply(ctx, textsOf(ctx).chat.support(shopName, support, orderNumber));
