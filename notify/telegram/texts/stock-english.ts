import { html, lines } from "../html.ts";
import { shownTotals } from "./card.ts";
import { shownDay, shownRecent } from "./moment.ts";
import {
  byWords,
  shownDelta,
  shownLabel,
  shownName,
  shownSoldOut,
  shownStatusCounts,
  stockMark,
} from "./stock-card.ts";
import type { StockTexts } from "./stock-texts.ts";

const pageWords = (page: number): string => (page === 0 ? "" : `, page ${page + 1}`);

const by = { order: "an order", system: "the system", staff: "staff" } as const;

const card: StockTexts["card"] = ({ stock, name, changes, snoozedUntil }, timezone) =>
  lines(
    html`📦 <b>${name === null ? stock.sku : shownName(name)}</b>`,
    name === null ? null : html`<code>${stock.sku}</code>`,
    html`On hand: <b>${stock.onHand}</b> · reserved: ${stock.reserved}`,
    html`${stockMark(stock)} Available: <b>${stock.available}</b> · low at ${stock.lowStockThreshold}`,
    snoozedUntil === null ? null : html`🔕 No alerts until ${shownRecent(snoozedUntil, timezone, "en")}`,
    changes.length === 0 ? null : html`Last changes:`,
    ...changes.map(
      (change) =>
        html`${shownDelta(change.delta)} · ${byWords(change.by, by)} · ${shownRecent(change.at, timezone, "en")}`,
    ),
  );

const today: StockTexts["today"] = ({ today: { from, orders, low, lowIsMore, soldOut }, timezone, status }) =>
  lines(
    html`<b>Today, ${shownDay(from, timezone, "en")}</b>`,
    orders.count === 0 ? html`No orders yet.` : html`Orders: <b>${orders.count}</b>`,
    orders.count === 0 ? null : html`${shownStatusCounts(orders, status).join(" · ")}`,
    orders.revenue.length === 0 ? null : html`Revenue: <b>${shownTotals(orders.revenue, "en")}</b>`,
    html`Low stock: <b>${low}${lowIsMore ? "+" : ""}</b>`,
    soldOut.length === 0 ? null : html`🚫 Sold out: ${shownSoldOut(soldOut)}`,
  );

export const stockEnglish: StockTexts = {
  commands: {
    admin: "For the shop's people",
    stock: "Look stock up: /stock and a SKU or words",
    lowstock: "What runs low",
    today: "How the shop does today",
  },
  buttons: {
    set: "Set…",
    setSure: (onHand) => `Yes, set to ${onHand}`,
    snooze: "🔕 Snooze 24 h",
    unsnooze: "🔔 Alerts again",
    undo: "↩️ Undo",
    open: (sku) => `📦 ${shownLabel(sku)}`,
    lowStock: "⚠️ Low stock",
    allStock: "📦 Stock",
    today: "📈 Today",
    console: "Open the console",
    before: "◀ Back",
    after: "More ▶",
  },
  card,
  lowTitle: (page) => html`⚠️ <b>Low stock${pageWords(page)}</b>`,
  nothingLow: () => html`✅ Nothing is low.`,
  allTitle: (page) =>
    lines(html`📦 <b>Stock${pageWords(page)}</b>`, html`To look for something: /stock and a SKU or words.`),
  noStock: () => html`There is no stock yet. It is begun in the console, or by a file of receipts.`,
  foundTitle: (words) => html`🔎 <b>Stock for “${shownName(words)}”</b>`,
  notFound: (words) =>
    html`Nothing has a SKU or a name like “${shownName(words)}”. Try fewer words, or /stock alone.`,
  label: ({ stock, name }) => `${stockMark(stock)} ${stock.available} · ${shownLabel(name ?? stock.sku)}`,

  added: (units, { onHand }) => `${shownDelta(units)}: ${onHand} on hand.`,
  cardLost: "It is booked. The card could not be read again: open it anew with /stock.",
  refreshed: "This card was old: here is how it stands now.",
  openedInPrivate: "The card is in your own chat with me.",
  undone: ({ onHand }) => `Undone: ${onHand} on hand.`,
  undoShort: (available) =>
    `It cannot be undone: only ${available} are available, the others are sold or reserved. Use “Set…”.`,
  undoRefused: {
    "somebody-else": "Only who made this change can undo it.",
    "too-late": "A change can be undone for 60 seconds. Use “Set…” to correct it.",
    "done-already": "This change is undone already.",
    unknown: "I can't find this change any more. Use “Set…” to correct it.",
  },
  snoozed: "No alerts of this for 24 hours.",
  unsnoozed: "Alerts of this come again.",

  askCount: ({ sku, onHand }) =>
    lines(
      html`<b>How many are on hand?</b>`,
      html`<code>${sku}</code>: ${onHand} now. Answer this message with a whole number.`,
    ),
  wrongCount: (sku) =>
    lines(
      html`<b>That is no count</b>`,
      html`<code>${sku}</code>: please answer with a whole number, 0 or more, such as 40. Nothing has changed.`,
    ),
  confirmCount: ({ sku, from, to }) =>
    lines(html`<b>${from} → ${to}</b>`, html`<code>${sku}</code>: set what is on hand to ${to}?`),
  corrected: ({ onHand }) => `Set: ${onHand} on hand.`,
  countShort: (reserved) => `${reserved} are reserved for orders: no fewer can be on hand.`,
  changedMeanwhile: "It has changed meanwhile: nothing was set. Look at the new number and decide again.",

  admin: (shop) =>
    lines(
      html`<b>${shop}: for the shop's people</b>`,
      html`Look up stock with /stock and a SKU or words. Below an alert of stock its card opens. Why a SKU or an order is as it is: /why and its name.`,
    ),
  today,
};
