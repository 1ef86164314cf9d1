import type { ShownStatus } from "../../domain/order-status.ts";
import type { NamedStockWhy } from "../../usecases/explain-in-chat.ts";
import type { OrderWhy, OrderWhyCause, StockWhyCause } from "../../usecases/explanation-ports.ts";
import { clip, type Html, html, lines } from "../html.ts";
import { shownNumber, statusMarks } from "./card.ts";
import { shownRecent } from "./moment.ts";
import { shownDelta, shownName } from "./stock-card.ts";

/** Steps of an order that a message has: with the rest it stays within fifteen lines. */
const STEPS_SHOWN = 10;
const SHORT_SHOWN = 3;
const SKU_MAX = 24;
const REASON_MAX = 80;
/** A sentence of the API. */
const SAYS_MAX = 160;

export interface OrderWhyWords {
  readonly why: OrderWhy;
  /** The trace by which its log lines are found is for the shop's people. */
  readonly asStaff: boolean;
  readonly timezone: string;
}

/** What the bot answers to “why?”. */
export interface WhyTexts {
  readonly usage: (asStaff: boolean) => Html;
  readonly unknown: (asStaff: boolean) => Html;
  readonly order: (words: OrderWhyWords) => Html;
  readonly stock: (named: NamedStockWhy, timezone: string) => Html;
}

type Units = StockWhyCause["units"];

/** The words of an explanation that differ by language. What has no word of its own is told in those of the API. */
export interface WhyWords extends Pick<WhyTexts, "usage" | "unknown"> {
  readonly locale: "en" | "ar";
  /** Keeps a value of Latin text in its own order. */
  readonly keep: (text: string) => string;
  readonly status: Readonly<Record<ShownStatus, string>>;
  readonly orderTitle: (number: string) => Html;
  readonly steps: Readonly<Record<string, string>>;
  readonly by: Readonly<Record<"user" | "staff", string>>;
  readonly short: (sku: string, requested: number, available: number) => string;
  readonly earlierSteps: (count: number) => Html;
  readonly waiting: (attempts: number) => Html;
  readonly trace: string;
  readonly level: (level: { onHand: number; reserved: number; available: number }) => Html;
  readonly deleted: Html;
  readonly heldBy: (names: string, more: number) => Html;
  readonly causes: Readonly<Record<string, string>>;
  readonly ordersDid: (orders: number, did: string) => string;
  readonly earlier: (movements: number) => string;
  readonly units: Readonly<Record<keyof Units, string>>;
  readonly addsUp: (movements: number) => Html;
  readonly addsNotUp: Html;
}

const reasonOf = (reason: string | null, { keep }: WhyWords): string =>
  reason === null ? "" : `: ${keep(clip(reason, REASON_MAX))}`;

const doerOf = ({ actor }: OrderWhyCause, { by, keep }: WhyWords): string => {
  if (actor.kind === "system") return "";
  return ` · ${actor.name === null ? by[actor.kind] : keep(shownName(actor.name))}`;
};

const stepOf = (cause: OrderWhyCause, words: WhyWords, timezone: string): Html => {
  const { code, says, at, actor, reason, shortages } = cause;
  const short = shortages
    .slice(0, SHORT_SHOWN)
    .map(({ sku, requested, available }) =>
      words.short(words.keep(clip(sku, SKU_MAX)), requested, available),
    );
  const when = words.keep(shownRecent(at, timezone, words.locale));
  const own = words.steps[code];
  // The API's sentence has who and why in it.
  if (own === undefined) return html`${when} · ${words.keep(clip(says, SAYS_MAX))}`;
  const given = actor.kind === "system" ? "" : reasonOf(reason, words);
  return html`${when} · ${[own, ...short].join(" ")}${doerOf(cause, words)}${given}`;
};

const orderOf =
  (words: WhyWords): WhyTexts["order"] =>
  ({ why, asStaff, timezone }) => {
    const { number, status, causes, waiting, traceId } = why;
    const shown = causes.slice(-STEPS_SHOWN);
    const left = why.omitted + causes.length - shown.length;
    return lines(
      html`🔎 ${words.orderTitle(shownNumber(number))}`,
      html`${statusMarks[status]} ${words.status[status]}`,
      left > 0 ? words.earlierSteps(left) : null,
      ...shown.map((cause) => stepOf(cause, words, timezone)),
      waiting === null ? null : words.waiting(waiting.attempts),
      asStaff && traceId !== null ? html`${words.trace}: <code>${traceId}</code>` : null,
    );
  };

const partsOf = (units: Units, words: WhyWords): string =>
  (Object.keys(words.units) as (keyof Units)[])
    .flatMap((kind) => (units[kind] === 0 ? [] : [`${words.units[kind]} ${units[kind]}`]))
    .join(", ");

/** What it was; null where there is no word for it here. */
const causeWords = (cause: StockWhyCause, words: WhyWords): string | null => {
  const { code, orders, units, movements } = cause;
  if (code === "earlier") return words.earlier(movements);
  if (code === "orders") return words.ordersDid(orders, partsOf(units, words));
  return words.causes[code] ?? null;
};

const givenWords = ({ reason, note }: StockWhyCause, { keep }: WhyWords): string => {
  const given = [reason, note].filter((part) => part !== null && part !== "").join(", ");
  return given === "" ? "" : ` (${keep(clip(given, REASON_MAX))})`;
};

const causeOf = (
  cause: StockWhyCause,
  people: NamedStockWhy["people"],
  words: WhyWords,
  timezone: string,
): Html => {
  const { at, available, actor, says } = cause;
  const { keep, locale, by } = words;
  const name = actor?.kind === "staff" ? (people.get(actor.id ?? "") ?? by.staff) : null;
  const who = name === null ? "" : ` · ${keep(shownName(name))}`;
  const own = causeWords(cause, words);
  const what = own === null ? keep(clip(says, SAYS_MAX)) : `${own}${givenWords(cause, words)}`;
  const moved = available.delta === 0 ? "±0" : shownDelta(available.delta);
  return html`${keep(`${moved} → ${available.after}`)} · ${what}${who} · ${keep(shownRecent(at, timezone, locale))}`;
};

const heldOf = ({ why, holders }: NamedStockWhy, words: WhyWords): Html | null => {
  if (why.holds.orders === 0) return null;
  const names = holders.map(({ number, quantity }) => words.keep(`${shownNumber(number)} × ${quantity}`));
  return words.heldBy(names.join(", "), why.holds.orders - names.length);
};

const stockOf =
  (words: WhyWords): WhyTexts["stock"] =>
  (named, timezone) => {
    const { why, name, people } = named;
    const { sku, code, level, causes, sum } = why;
    return lines(
      html`🔎 <b>${words.keep(name === null ? sku : shownName(name))}</b>`,
      name === null ? null : html`<code>${sku}</code>`,
      code === "deleted" ? words.deleted : words.level(level),
      heldOf(named, words),
      ...causes.map((cause) => causeOf(cause, people, words, timezone)),
      sum.addsUp ? words.addsUp(sum.movements) : words.addsNotUp,
    );
  };

/** The texts of explanations, laid out the same in every language. */
export const whyTextsOf = (words: WhyWords): WhyTexts => ({
  usage: words.usage,
  unknown: words.unknown,
  order: orderOf(words),
  stock: stockOf(words),
});
