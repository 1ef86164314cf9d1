import { formatMoney } from "../../../shared/kernel/money.ts";
import type { Locale } from "../../domain/locale.ts";
import type { CardCustomer, StaffCardView } from "../../domain/staff-card.ts";
import { clip, type Html, html, lines } from "../html.ts";
import { NAME_MAX, shownNumber, shownReason, statusMarks } from "./card.ts";

/** Lines of the order that the card lists: with the rest it has twelve. */
const LINES_MAX = 3;
const ADDRESS_MAX = 200;
const NOTE_MAX = 200;

/** The words of a staff card that differ by language. */
export interface StaffCardWords {
  readonly locale: Locale;
  readonly title: (number: string) => Html;
  readonly status: string;
  readonly more: (count: number) => Html;
  readonly total: string;
  /** What stands before the words that came with the status: of a parcel its number. */
  readonly reason: string;
  readonly claimedBy: (name: string) => Html;
  readonly note: string;
  /** As a phone number is written among other words. */
  readonly phone: (phone: string) => Html;
}

const customerRows = ({ address, phone, note }: CardCustomer, words: StaffCardWords): Html[] => [
  ...(address.length === 0 ? [] : [html`📍 ${clip(address.join(", "), ADDRESS_MAX)}`]),
  ...(phone === null ? [] : [html`☎️ ${words.phone(phone)}`]),
  ...(note === null ? [] : [html`${words.note}: ${clip(note, NOTE_MAX)}`]),
];

/** The layout of a card for the shop's people, the same in every language. */
export const staffCardOf = (view: StaffCardView, words: StaffCardWords): Html => {
  const shown = view.lines.slice(0, LINES_MAX);
  const hidden = view.lines.length - shown.length;
  return lines(
    words.title(shownNumber(view.number)),
    html`${statusMarks[view.status]} ${words.status}`,
    view.claimedBy === null ? null : html`👤 ${words.claimedBy(clip(view.claimedBy, NAME_MAX))}`,
    ...shown.map(
      ({ name, quantity, lineTotal }) =>
        html`${quantity} × ${clip(name, NAME_MAX)} · ${formatMoney(lineTotal, words.locale)}`,
    ),
    hidden > 0 ? words.more(hidden) : null,
    html`<b>${words.total}: ${formatMoney(view.total, words.locale)}</b>`,
    view.reason === null ? null : html`${words.reason}: ${shownReason(view.reason)}`,
    ...(view.customer === null ? [] : customerRows(view.customer, words)),
  );
};
