import type { InlineKeyboardMarkup } from "grammy/types";
import type { Notice } from "../domain/notice.ts";
import { buttonData, notMySessionData } from "./callback-data.ts";
import { cardKeyboard } from "./card-keyboard.ts";
import { openStockButton } from "./stock-screens.ts";
import { openButtons, teamKeyboard } from "./team-keyboards.ts";
import { newestOfStock } from "./texts/digest.ts";
import type { Texts } from "./texts/texts.ts";

/** Products of a digest that have a button; the others are in /lowstock. */
const DIGEST_BUTTONS_MAX = 4;

/**
 * An order's card has what its buyer may do with it; below an alert of stock its card opens; the notice of a sign-in asks whether that was
 * you; of a message to many one can have enough.
 */
export const noticeButtons = (notice: Notice, texts: Texts): { reply_markup?: InlineKeyboardMarkup } => {
  switch (notice.template) {
    case "order-card":
      return { reply_markup: cardKeyboard(notice, texts) };
    case "stock-low":
      return {
        reply_markup: {
          inline_keyboard: [[openStockButton(notice.sku, texts.stock.buttons.open(notice.sku))]],
        },
      };
    case "broadcast": {
      const button = { text: texts.preferences.stop, callback_data: buttonData("marketing-off") };
      return { reply_markup: { inline_keyboard: [[button]] } };
    }
    case "new-device": {
      const button = { text: texts.notMe, callback_data: notMySessionData(notice.sid) };
      return { reply_markup: { inline_keyboard: [[button]] } };
    }
    default: {
      const keyboard = teamKeyboard(notice, texts.team);
      return keyboard === null ? {} : { reply_markup: keyboard };
    }
  }
};

/** Below several alerts: the cards of the first orders, and of the first products that are low by what was told of them last. */
export const digestButtons = (
  notices: readonly Notice[],
  texts: Texts,
): { reply_markup?: InlineKeyboardMarkup } => {
  const low = newestOfStock(notices).filter(({ template }) => template === "stock-low");
  const orders = openButtons(notices, texts.team);
  if (low.length === 0 && orders.length === 0) return {};
  const products = low
    .slice(0, DIGEST_BUTTONS_MAX)
    .map(({ sku }) => [openStockButton(sku, texts.stock.buttons.open(sku))]);
  return { reply_markup: { inline_keyboard: [...orders, ...products] } };
};
