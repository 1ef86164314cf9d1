import { type Money, sum } from "../../../shared/kernel/money.ts";
import type { Notice } from "../../domain/notice.ts";
import type { AlertStatus, OrderAlertNotice } from "../../domain/order-notice.ts";
import { clip, type Html, html, lines, TEXT_MAX } from "../html.ts";
import { shownNumber } from "./card.ts";
import { type Texts, wordsOf } from "./texts.ts";

/** Orders that a digest names by their numbers; the rest is a number. */
const NUMBERS_MAX = 12;
/** Products that a digest tells of one by one; the rest is a number. */
const PRODUCTS_MAX = 15;
const SKU_MAX = 60;
/** What "and N more" may take. */
const REST_MAX = 64;

/** What several alerts about orders have in common. */
export interface OrderAlertsWords {
  readonly status: AlertStatus;
  readonly count: number;
  /** What they come to, an amount a currency. */
  readonly totals: readonly Money[];
  /** The first of them, separated by commas. */
  readonly numbers: string;
  /** How many more there are. */
  readonly more: number;
}

const statuses = ["confirmed", "changed", "cancelled"] as const satisfies readonly AlertStatus[];

const totalsOf = (alerts: readonly OrderAlertNotice[]): Money[] => {
  const byCurrency = Map.groupBy(
    alerts.map(({ total }) => total),
    ({ currency }) => currency,
  );
  return [...byCurrency].map(([currency, amounts]) => sum(amounts, currency));
};

/** One order as it always is told; several by their count, their sum and the first numbers. */
const orderPart = (alerts: readonly OrderAlertNotice[], status: AlertStatus, texts: Texts): Html[] => {
  const own = alerts.filter((alert) => alert.status === status);
  const [only] = own;
  if (only === undefined) return [];
  if (own.length === 1) return [texts.orderAlert(only)];
  const shown = own.slice(0, NUMBERS_MAX).map(({ number }) => shownNumber(number));
  return [
    texts.orderAlerts({
      status,
      count: own.length,
      totals: totalsOf(own),
      numbers: shown.join(", "),
      more: own.length - shown.length,
    }),
  ];
};

type StockNotice = Extract<Notice, { readonly sku: string }>;

/** Of each SKU what was told of it last: what came before is no longer so. */
export const newestOfStock = (all: readonly Notice[]): StockNotice[] => {
  const notices = all.filter((notice) => "sku" in notice);
  const bySku = new Map<string, StockNotice>();
  for (const notice of notices) {
    const known = bySku.get(notice.sku);
    if (known !== undefined && (known.version ?? 0) > (notice.version ?? 0)) continue;
    bySku.delete(notice.sku);
    bySku.set(notice.sku, notice);
  }
  return [...bySku.values()];
};

const stockPart = (notices: readonly StockNotice[], texts: Texts): Html[] => {
  const newest = newestOfStock(notices);
  if (newest.length === 0) return [];
  const shown = newest
    .slice(0, PRODUCTS_MAX)
    .map((notice) => wordsOf({ ...notice, sku: clip(notice.sku, SKU_MAX) }, texts));
  const more = newest.length - shown.length;
  return [lines(...shown, more > 0 ? texts.andMore(more) : null)];
};

/** As many parts as fit into a message, with a blank line between them, and how many there are besides. */
const fitted = (parts: readonly Html[], texts: Texts): Html => {
  const shown: Html[] = [];
  let length = 0;
  for (const part of parts) {
    length += part.text.length + 2;
    if (length > TEXT_MAX - REST_MAX) break;
    shown.push(part);
  }
  const more = parts.length - shown.length;
  const rows = [...shown, ...(more > 0 ? [texts.andMore(more)] : [])];
  return lines(...rows.flatMap((row, i) => (i === 0 ? [row] : [html``, row])));
};

/** Several alerts as one message: orders by what became of them, each product once, anything else in its own words. */
export const digestOf = (notices: readonly Notice[], texts: Texts): Html => {
  const orders = notices.filter((notice) => notice.template === "order-alert");
  const stock = notices.filter((notice) => "sku" in notice);
  const others = notices.filter((notice) => notice.template !== "order-alert" && !("sku" in notice));
  return fitted(
    [
      ...stockPart(stock, texts),
      ...statuses.flatMap((status) => orderPart(orders, status, texts)),
      ...others.map((notice) => wordsOf(notice, texts)),
    ],
    texts,
  );
};
