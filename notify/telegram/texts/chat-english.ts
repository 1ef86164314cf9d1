import { formatMoney } from "../../../shared/kernel/money.ts";
import { clip, html, lines } from "../html.ts";
import { NAME_MAX, shownNumber, statusMarks } from "./card.ts";
import type { ChatTexts } from "./chat-texts.ts";

/** Shortages that are named; the rest is a number. */
const SHORT_MAX = 8;

export const chatEnglish: ChatTexts = {
  commands: {
    start: "What this bot does",
    orders: "My last orders",
    why: "Why an order is as it is: /why and its number",
    notifications: "What I am told of",
    language: "The language of this chat",
    help: "How it works",
    support: "Reach the shop",
    privacy: "What is stored about me",
    logout: "Sign out everywhere",
  },
  buttons: {
    orders: "My orders",
    notifications: "Notifications",
    openShop: "Open the shop",
    cancel: "Cancel the order",
    cancelSure: "Yes, cancel it",
    repeat: "Order again",
    repeatSure: "Yes, order at today's prices",
    no: "No",
    support: "Support",
    logOutSure: "Sign out everywhere",
    export: "Get my data",
    erase: "Delete my account",
    eraseSure: "Yes, go on",
    eraseLast: "Delete everything now",
  },
  orders: {
    title: () => html`<b>Your last orders</b>`,
    none: () => html`You have no orders yet. What you order in the shop is shown here.`,
    label: ({ number, status, total }) =>
      `${statusMarks[status]} ${shownNumber(number)} · ${formatMoney(total, "en")}`,
    unknown: () => html`I can't find this order among yours. /orders shows the last ones.`,
    refreshed: "This card was out of date: here is how the order stands now.",
    notAllowed: "That is no longer possible with this order.",
    askCancel: "Do you want to cancel this order?",
    askRepeat: "Do you want to order the same again?",
    kept: "Nothing was changed.",
    cancelled: "The order is cancelled.",
    placed: ({ number, total }) =>
      html`🛒 <b>Order ${shownNumber(number)}</b> is placed: ${formatMoney(total, "en")}. Its card follows.`,
    pending: ({ number, total }) =>
      html`🛒 <b>Order ${shownNumber(number)}</b> (${formatMoney(total, "en")}) is being checked. Its card follows.`,
    outOfStock: (short) =>
      lines(
        html`<b>Nothing was ordered: there is not enough just now</b>`,
        ...short
          .slice(0, SHORT_MAX)
          .map(
            ({ name, quantity, available }) =>
              html`• ${clip(name, NAME_MAX)}: ${quantity} wanted, ${available} left`,
          ),
        short.length > SHORT_MAX ? html`and ${short.length - SHORT_MAX} more` : null,
        html`Order fewer in the shop, or come back later.`,
      ),
  },
  product: {
    shown: ({ name, sku, price, available }) =>
      lines(
        html`<b>${clip(name, NAME_MAX)}</b>`,
        html`${formatMoney(price, "en")} · ${sku}`,
        available > 0 ? html`✅ In stock: ${available}` : html`🚫 Out of stock just now`,
      ),
    unknown: () => html`I can't find this product. The shop may not sell it any more.`,
  },
  support: (shop, contact, orderNumber) =>
    lines(
      html`<b>${shop}: support</b>`,
      contact === null
        ? html`Please write to the shop where you bought.`
        : html`You reach us here: ${contact}`,
      orderNumber === null ? null : html`Please name your order: ${shownNumber(orderNumber)}`,
    ),
  language: {
    ask: () => html`Which language shall I write in?`,
    set: () => html`From now on I write in English.`,
    own: "English",
  },
  logOut: {
    ask: () =>
      lines(
        html`<b>Sign out everywhere?</b>`,
        html`All devices on which you are signed in to the shop are signed out. This chat stays, and brings you a code when you sign in again.`,
      ),
    done: () => html`✅ You are signed out on all devices.`,
  },
  privacy: {
    shown: (shop) =>
      lines(
        html`<b>${shop}: what is stored about you</b>`,
        html`• Your Telegram id, name, phone number and language: until you delete the account.`,
        html`• Your orders with addresses and notes: until then, and afterwards in the books without your name.`,
        html`• What this bot wrote to you: until then. Sign-in codes are never stored.`,
        html`• Security events: until then, addresses and devices in them for 90 days.`,
      ),
    export: (address) =>
      lines(
        html`A copy of all that is stored about you is a file that the shop gives to whoever is signed in there (<code>GET /v1/users/me/export</code>). It does not come into this chat, since Telegram would keep it.`,
        html`If you can't find it, write to us: /support`,
        address === null ? null : html`${address}`,
      ),
    askErase: () =>
      lines(
        html`<b>Delete your account?</b>`,
        html`You are signed out, and your name, phone number, addresses and notes are deleted. Orders that are under way still arrive.`,
      ),
    askEraseAgain: () => lines(html`<b>This cannot be undone</b>`, html`Delete your account for good?`),
    erasing: (erasureId, secret) =>
      lines(
        html`<b>Your account is being deleted</b>`,
        html`Receipt: <code>${erasureId}</code>`,
        secret === null ? null : html`It opens with <code>${secret}</code>. Keep it: it is told once.`,
        html`One more message follows when it is done.`,
      ),
  },
  dismissed: "Nothing was changed.",
  aged: "This message is old. Please send the command again.",
  failures: {
    UNAUTHENTICATED: "There is no account for this chat yet. Sign in from the shop first.",
    FORBIDDEN: "You may not do this. If you think you should, write to the shop.",
    STEP_UP_REQUIRED: "This wants a fresh code: please do it in the shop.",
    NOT_FOUND: "I can't find that any more.",
    CONFLICT: "That is not possible now. Look at how it stands, then try again.",
    OUT_OF_STOCK: "There is not enough of it just now.",
    VERSION_MISMATCH: "It has changed meanwhile. Look at how it stands, then try again.",
    RATE_LIMITED: "That was a little too often. Please wait a minute.",
    OTP_INVALID: "This code is wrong.",
    OTP_TOO_MANY: "That was a little too often. Please begin again.",
    TRY_LATER: "The shop is busy. Please try again in a minute.",
    PAYLOAD_TOO_LARGE: "That is too much at once. Please do it in the shop.",
  },
};
