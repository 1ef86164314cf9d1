import { formatMoney, type Money } from "../../../shared/kernel/money.ts";
import type { Locale } from "../../domain/locale.ts";
import type { AlertStatus, CardLine, OrderCardNotice } from "../../domain/order-notice.ts";
import type { ShownStatus } from "../../domain/order-status.ts";
import { clip, type Html, html, lines } from "../html.ts";

/** Order lines that a card lists; the rest is a number. */
const CARD_LINES_MAX = 8;
export const NAME_MAX = 60;
const REASON_MAX = 300;
const NUMBER_MAX = 40;

export const statusMarks: Readonly<Record<ShownStatus, string>> = {
  pending: "⏳",
  confirmed: "✅",
  rejected: "⛔",
  packed: "📦",
  shipped: "🚚",
  delivered: "🏁",
  cancelled: "✖️",
  returned: "↩️",
};

export const alertMarks: Readonly<Record<AlertStatus, string>> = {
  confirmed: statusMarks.confirmed,
  changed: "✏️",
  cancelled: statusMarks.cancelled,
};

/** The words of an order card that differ by language. */
export interface CardWords {
  readonly locale: Locale;
  readonly title: (number: string) => Html;
  readonly status: string;
  readonly more: (count: number) => Html;
  readonly total: string;
  readonly reason: string;
}

export const shownNumber = (number: string): string => clip(number, NUMBER_MAX);
export const shownReason = (reason: string): string => clip(reason, REASON_MAX);

/** Amounts of different currencies cannot be added; a shop has one. */
const CURRENCIES_MAX = 3;
export const shownTotals = (totals: readonly Money[], locale: Locale): string =>
  totals
    .slice(0, CURRENCIES_MAX)
    .map((total) => formatMoney(total, locale))
    .join(" + ");

const lineOf = ({ name, quantity, lineTotal }: CardLine, locale: Locale): Html =>
  html`${quantity} × ${clip(name, NAME_MAX)} · ${formatMoney(lineTotal, locale)}`;

/** The layout of an order card, the same in every language. */
export const cardOf = (notice: OrderCardNotice, words: CardWords): Html => {
  const shown = notice.lines.slice(0, CARD_LINES_MAX).map((line) => lineOf(line, words.locale));
  const hidden = notice.lines.length - shown.length;
  return lines(
    words.title(shownNumber(notice.number)),
    html`${statusMarks[notice.status]} ${words.status}`,
    html``,
    ...shown,
    hidden > 0 ? words.more(hidden) : null,
    html`<b>${words.total}: ${formatMoney(notice.total, words.locale)}</b>`,
    notice.reason === null ? null : html`${words.reason}: ${shownReason(notice.reason)}`,
  );
};
