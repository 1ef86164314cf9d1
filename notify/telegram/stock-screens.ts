import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import { skuRefOf } from "../domain/sku-ref.ts";
import type { ShopToday } from "../usecases/shop-today.ts";
import type { StockCard } from "../usecases/stock-card.ts";
import type { NamedStock, StockListPage } from "../usecases/stock-list.ts";
import { ADDED_UNITS, type ButtonKind, buttonDataOf } from "./callback-data.ts";
import type { Html } from "./html.ts";
import type { ShopFacts } from "./screens.ts";
import type { Texts } from "./texts/texts.ts";

/** A message of the shop's people: its words and what can be tapped below. */
export interface Screen {
  readonly words: Html;
  readonly keyboard: InlineKeyboardMarkup;
}

type Button = InlineKeyboardButton.CallbackButton;

const skuButton = (
  kind: ButtonKind,
  text: string,
  { sku, ...rest }: { readonly sku: string; readonly argument?: string; readonly version?: number },
): Button => ({ text, callback_data: buttonDataOf(kind, { id: skuRefOf(sku), ...rest }) });

/** Opens the card of a SKU: below an alert, and in a list. */
export const openStockButton = (sku: string, text: string): Button => skuButton("stock-open", text, { sku });

/** A stock level with what can be done about it. */
export const stockCardScreen = (card: StockCard, { stock }: Texts, { timezone }: ShopFacts): Screen => {
  const { sku } = card.stock;
  const { buttons } = stock;
  const isSnoozed = card.snoozedUntil !== null;
  const snooze = skuButton("stock-snooze", isSnoozed ? buttons.unsnooze : buttons.snooze, {
    ...{ sku, argument: isSnoozed ? "0" : "1" },
  });
  return {
    words: stock.card(card, timezone),
    keyboard: {
      inline_keyboard: [
        ADDED_UNITS.map((units) => skuButton("stock-add", `+${units}`, { sku, argument: String(units) })),
        [skuButton("stock-set", buttons.set, { sku }), snooze],
        ...(card.undo === null ? [] : [[skuButton("stock-undo", buttons.undo, { sku, version: card.undo })]]),
      ],
    },
  };
};

const itemRows = (items: readonly NamedStock[], { stock }: Texts): Button[][] =>
  items.map((item) => [openStockButton(item.stock.sku, stock.label(item))]);

/** A page of what is low, or of everything. */
export const stockListScreen = (
  { items, page, hasNext }: StockListPage,
  low: boolean,
  texts: Texts,
): Screen => {
  const { stock } = texts;
  const pageButton = (text: string, to: number): Button => ({
    text,
    callback_data: buttonDataOf("stock-list", { id: low ? "low" : "all", argument: String(to) }),
  });
  const turns = [
    ...(page > 0 ? [pageButton(stock.buttons.before, page - 1)] : []),
    ...(hasNext ? [pageButton(stock.buttons.after, page + 1)] : []),
  ];
  const [title, nothing] = low ? [stock.lowTitle, stock.nothingLow] : [stock.allTitle, stock.noStock];
  return {
    words: items.length === 0 ? nothing() : title(page),
    keyboard: { inline_keyboard: [...itemRows(items, texts), ...(turns.length === 0 ? [] : [turns])] },
  };
};

/** What was found by words. */
export const stockFoundScreen = (items: readonly NamedStock[], words: string, texts: Texts): Screen => ({
  words: items.length === 0 ? texts.stock.notFound(words) : texts.stock.foundTitle(words),
  keyboard: { inline_keyboard: itemRows(items, texts) },
});

/** “From so many to so many?” The version is that of the level that was shown. */
export const confirmCountScreen = (
  level: StockCard["stock"],
  onHand: number,
  { stock, chat }: Texts,
): Screen => {
  const { sku, version } = level;
  return {
    words: stock.confirmCount({ sku, from: level.onHand, to: onHand }),
    keyboard: {
      inline_keyboard: [
        [
          skuButton("stock-set-sure", stock.buttons.setSure(onHand), {
            ...{ sku, argument: String(onHand), version },
          }),
        ],
        [skuButton("stock-show", chat.buttons.no, { sku })],
      ],
    },
  };
};

const lowButton = ({ stock }: Texts): Button => ({
  text: stock.buttons.lowStock,
  callback_data: buttonDataOf("stock-list", { id: "low", argument: "0" }),
});
const todayButton = ({ stock }: Texts): Button => ({
  text: stock.buttons.today,
  callback_data: buttonDataOf("staff-today", {}),
});

/** How the shop does today. */
export const todayScreen = (today: ShopToday, texts: Texts, { timezone }: ShopFacts): Screen => ({
  words: texts.stock.today({ today, timezone, status: texts.status }),
  keyboard: { inline_keyboard: [[lowButton(texts), todayButton(texts)]] },
});

/** Where the shop's people begin. The console is offered where the shop has an address. */
export const adminScreen = (texts: Texts, { shopName, shopUrl }: ShopFacts): Screen => {
  const { stock } = texts;
  const all: Button = {
    text: stock.buttons.allStock,
    callback_data: buttonDataOf("stock-list", { id: "all", argument: "0" }),
  };
  const console =
    shopUrl === null ? [] : [[{ text: stock.buttons.console, url: new URL("/admin", shopUrl).href }]];
  return {
    words: stock.admin(shopName),
    keyboard: { inline_keyboard: [[todayButton(texts)], [lowButton(texts), all], ...console] },
  };
};
