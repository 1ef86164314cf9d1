import { formatMoney } from "../../../shared/kernel/money.ts";
import { html, lines } from "../html.ts";
import { alertMarks, cardOf, shownNumber, shownReason, shownTotals, statusMarks } from "./card.ts";
import { chatEnglish } from "./chat-english.ts";
import { codeEndedEnglish } from "./code-texts.ts";
import { shownMoment } from "./moment.ts";
import { parkedPath, shownTypes } from "./parked.ts";
import { preferenceEnglish } from "./preference-texts.ts";
import { type PurposeWords, purposeIn } from "./purposes.ts";
import { stockEnglish } from "./stock-english.ts";
import { teamEnglish } from "./team-english.ts";
import type { CodeWords, Texts } from "./texts.ts";
import { whyEnglish } from "./why-english.ts";

const status: Texts["status"] = {
  pending: "Being checked",
  confirmed: "Confirmed",
  rejected: "Rejected",
  packed: "Packed",
  shipped: "On its way",
  delivered: "Delivered",
  cancelled: "Cancelled",
  returned: "Returned",
};

const headline = {
  rejected: "could not be accepted",
  shipped: "is on its way",
  delivered: "has been delivered",
  cancelled: "has been cancelled",
} as const;

const alert = { confirmed: "confirmed", changed: "changed", cancelled: "cancelled" } as const;

const alerts = {
  confirmed: (count: number) => `${count} new orders`,
  changed: (count: number) => `${count} orders changed`,
  cancelled: (count: number) => `${count} orders cancelled`,
} as const;

/** Why an order came into its status; of a parcel, with what it is sent. */
const reasonWord = (status: string): string => (status === "shipped" ? "Shipment" : "Reason");
const reasonLine = (reason: string | null, status = "") =>
  reason === null ? null : html`${reasonWord(status)}: ${shownReason(reason)}`;
const changesLine = (changes: string | null) => (changes === null ? null : html`${shownReason(changes)}`);

const purposes: PurposeWords = {
  login: "sign-in code",
  other: "confirmation code",
  "step-up": "confirmation code for an admin's risky action",
  "step-up:users.manage": "confirmation code to change somebody's role or block them",
  "step-up:users.erase": "confirmation code to delete somebody's account",
  "step-up:ops.drop": "confirmation code to give up an event for good",
  "step-up:password.set": "confirmation code to set your password",
  "step-up:admin.sign-in": "confirmation code to sign in as an admin",
  "step-up:orders.refund": "confirmation code to have a customer's payment paid back",
  "step-up:broadcast.send": "confirmation code to send a message to many",
};

const code = ({ code: digits, shop, askedFrom, expiresInMinutes, purpose }: CodeWords) =>
  lines(
    html`<b>${shop}</b>: your ${purposeIn(purposes, purpose)}`,
    html``,
    html`<code>${digits}</code>`,
    html``,
    html`Asked for from: ${askedFrom}`,
    html`It works for ${expiresInMinutes} min. Type it only where you began.`,
    html`Never share it: nobody from ${shop} will ask you for it.`,
  );

export const english: Texts = {
  locale: "en",
  preferences: preferenceEnglish,
  chat: chatEnglish,
  stock: stockEnglish,
  why: whyEnglish(status),
  team: teamEnglish,
  greeting: (shop) =>
    lines(
      html`<b>Welcome to ${shop}</b>`,
      html``,
      html`This bot brings you your sign-in codes and the news of your orders.`,
      html`To sign in, choose “Sign in with Telegram” in the shop and open the link that it shows.`,
      html``,
      html`/help says more.`,
    ),
  help: (shop) =>
    lines(
      html`<b>${shop} bot</b>`,
      html``,
      html`• Sign in: open the link that the shop shows you. A code arrives here; type it in the shop.`,
      html`• Orders: each one has a card in this chat that is kept up to date.`,
      html`  /orders shows the last ones, to cancel or to order again; /why and a number says why one is as it is.`,
      html`• Your account: /language, /privacy, /logout. The shop: /support`,
      html`• A code that you did not ask for: tap “Not me” below it, and share it with nobody.`,
    ),
  hint: () => html`I can't read free text. Sign in from the shop's page, or see /help.`,

  contactNeeded: (shop) =>
    lines(
      html`<b>One step to sign in to ${shop}</b>`,
      html``,
      html`Share your phone number by the button below, so that we know whose account it is.`,
      html`If you did not begin to sign in just now, ignore this message.`,
    ),
  shareContact: "📱 Share my phone number",
  contactRefused: () =>
    html`Please use the button below: it shares your own number. A forwarded or somebody else's contact does not count.`,
  contactNotAsked: () =>
    html`Thank you, but I need no contact now. Begin in the shop: choose “Sign in with Telegram”.`,
  contactAccepted: () => html`Thank you. One moment…`,

  link: {
    unknown: () =>
      lines(
        html`<b>This link is no longer valid</b>`,
        html`It may have expired or been used. Go back to the shop and begin again.`,
      ),
    taken: () =>
      lines(
        html`<b>This link was opened by somebody else</b>`,
        html`Go back to the shop and begin again to get a link of your own.`,
      ),
    blocked: () => html`This account is blocked. Please write to the shop.`,
    tryLater: () =>
      html`That was a little too often. Please wait a few minutes, then begin again in the shop.`,
  },
  contact: {
    bound: () => html`Your number is up to date. Nothing else to do here.`,
    otherPhone: () =>
      lines(
        html`<b>This is another number</b>`,
        html`It differs from the one typed in the shop. Go back and begin again with the number of this account.`,
      ),
    nothingPending: () => html`There is no sign-in waiting for you. Go back to the shop and begin again.`,
    invalidPhone: () => html`Telegram gave a number that we cannot use. Please write to the shop.`,
  },

  code,
  copyCode: "Copy the code",
  notMe: "Not me",
  codeEnded: codeEndedEnglish,
  denied: "Cancelled. The code no longer works.",
  nothingToDeny: "This sign-in is no longer open.",
  sessionDenied: () =>
    lines(
      html`🔐 <b>That sign-in has been ended</b>`,
      html`Nobody goes on with it. If you gave somebody a code or showed them your password, don't do it again, and change the password.`,
    ),
  signedOut: "Signed out there.",
  nothingToSignOut: "That sign-in has ended already.",
  erased: (shop, erasureId) =>
    lines(
      html`<b>${shop}</b>: your data is erased`,
      html``,
      html`Your account, your addresses and notes, and what we kept of this chat are gone. Orders stay in the shop's books without your name.`,
      html`The receipt is <code>${erasureId}</code>; it opens with the secret that you got when you asked.`,
      html`This is the last message. You can delete this chat.`,
    ),

  unknownButton: "This button is no longer in use.",
  failed: (reference) =>
    html`That did not work, and it is not your fault. Please try again in a minute (reference <code>${reference}</code>).`,
  failedShort: "That did not work. Please try again in a minute.",
  outcomeUnknown:
    "The shop did not answer: it may have been done. Look at how it stands before you try again.",

  status,
  orderCard: (notice) =>
    cardOf(notice, {
      locale: "en",
      title: (number) => html`<b>Order ${number}</b>`,
      status: status[notice.status],
      more: (count) => html`and ${count} more`,
      total: "Total",
      reason: reasonWord(notice.status),
    }),
  orderHeadline: (notice) =>
    lines(
      html`${statusMarks[notice.status]} Your order <b>${shownNumber(notice.number)}</b> ${headline[notice.status]}.`,
      reasonLine(notice.reason, notice.status),
    ),
  orderAlert: (notice) =>
    lines(
      html`${alertMarks[notice.status]} <b>Order ${shownNumber(notice.number)}</b>: ${alert[notice.status]}`,
      html`${notice.pieces} pcs · ${formatMoney(notice.total, "en")}`,
      notice.status === "changed" ? changesLine(notice.reason) : reasonLine(notice.reason),
    ),
  orderAlerts: ({ status, count, totals, numbers, more }) =>
    lines(
      html`${alertMarks[status]} <b>${alerts[status](count)}</b>, ${shownTotals(totals, "en")} in all:`,
      html`${numbers}${more > 0 ? `, and ${more} more` : ""}`,
    ),
  andMore: (count) => html`and ${count} more`,
  stockLow: ({ sku, available, threshold }) =>
    available > 0
      ? html`⚠️ <b>${sku}</b> is running low: ${available} left (threshold ${threshold}).`
      : html`🚫 <b>${sku}</b> is out of stock (threshold ${threshold}).`,
  stockRestocked: ({ sku, available }) => html`🔄 <b>${sku}</b> is back in stock: ${available} available.`,
  messagesParked: ({ queue, count, types }) =>
    lines(
      html`🅿️ ${count === 1 ? "An event" : `${count} events`} could not be handled and ${count === 1 ? "is" : "are"} parked.`,
      html`Queue: <code>${queue}</code>`,
      html`Type: ${shownTypes(types)}`,
      html`See <code>${parkedPath(queue)}</code>; once the cause is removed, replay there.`,
    ),
  sessionStolen: ({ device }) =>
    lines(
      html`🔐 <b>You were signed out${device === null ? "" : ` of ${device}`} to be safe</b>`,
      html`A key of this sign-in that had been replaced was used again: somebody may have copied it. Nobody goes on with it, on whatever device.`,
      html`Sign in again where you need it. Look at where else you are signed in, and sign out what you do not know.`,
    ),
  newDevice: ({ device, place, at, timezone }) =>
    lines(
      html`🔐 <b>A sign-in on a new device</b>`,
      device === null ? null : html`Device: ${device}`,
      place === null ? null : html`Place: ${place}`,
      html`Time: ${shownMoment(at, timezone, "en")}`,
      html`If that was you, there is nothing to do. If not, tap “Not me”: it is signed out at once.`,
    ),
  botConflict: ({ botId }) =>
    lines(
      html`🚨 <b>Another program fetches this bot's messages</b>`,
      html`It uses the token of bot <code>${botId}</code>: what customers write and tap may not reach the shop.`,
      html`Stop the other program. If nobody knows it, revoke the token at @BotFather and set the new one.`,
    ),
  phoneReleased: () =>
    lines(
      html`📱 <b>Your phone number belongs to another account now</b>`,
      html`Somebody else has shown that the number is theirs. Your account stays as it is, without a number, and you stay signed in.`,
      html`If the number is still yours, sign in with it: open the link that the shop shows you and share your contact.`,
    ),
};
