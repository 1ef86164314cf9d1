import type { Doer } from "../../usecases/staff-orders.ts";
import { clip, html, lines } from "../html.ts";
import { NAME_MAX, shownNumber } from "./card.ts";
import { staffCardOf } from "./staff-card.ts";
import type { TeamTexts } from "./team-texts.ts";

/** A name in an answer to a tap, which has 200 characters at most (Bot API, answerCallbackQuery). */
const SHORT_NAME_MAX = 40;

const status: TeamTexts["status"] = {
  pending: "Being checked",
  confirmed: "New: to be packed",
  rejected: "Rejected",
  packed: "Packed: to be shipped",
  shipped: "On its way",
  delivered: "Delivered",
  cancelled: "Cancelled",
  returned: "Returned",
};

/** By the words of an order's timeline. */
const deeds: Readonly<Record<string, string>> = {
  confirmed: "confirmed it",
  rejected: "rejected it",
  packed: "packed it",
  shipped: "shipped it",
  delivered: "marked it delivered",
  cancelled: "cancelled it",
  returned: "took it back",
  claimed: "claimed it",
  "claim-released": "gave it back",
  "lines-changed": "changed its quantities",
  retried: "had it tried again",
  archived: "archived it",
};

const shortName = (name: string): string =>
  name === "" ? "Somebody of the shop" : clip(name, SHORT_NAME_MAX);

const nameOf = (by: Doer): string => {
  if (by.kind === "staff") return shortName(by.name);
  return by.kind === "user" ? "The customer" : "The shop";
};

export const teamEnglish: TeamTexts = {
  status,
  card: (view) =>
    staffCardOf(view, {
      locale: "en",
      title: (number) => html`🧾 <b>Order ${number}</b>`,
      status: status[view.status],
      more: (count) => html`and ${count} more`,
      total: "Total",
      reason: view.status === "shipped" ? "Shipment" : "Reason",
      claimedBy: (name) => html`Claimed by ${name === "" ? "somebody of the shop" : name}`,
      note: "Note",
      phone: (phone) => html`${phone}`,
    }),
  cardOf: (number) => html`🧾 Order ${shownNumber(number)}, as the shop's people see it`,
  buttons: {
    open: "Open",
    openOrder: (number) => `Open ${shownNumber(number)}`,
    claim: "Claim",
    release: "Give back",
    move: {
      packed: "Packed",
      shipped: "Ship…",
      delivered: "Delivered",
      returned: "Returned…",
      cancelled: "Cancel…",
    },
    shipWords: "Type a tracking number",
    shipPlain: "Ship without one",
    returnSure: "Yes, it came back",
    cancelWords: "In my own words",
    cancelPlain: "Without a reason",
    back: "Back",
    retry: "Retry",
  },
  reasons: ["The customer asked for it", "Not available", "The address cannot be reached"],
  ask: {
    shipped: "With which tracking number?",
    returned: "Did the goods come back?",
    cancelled: "Why is the order cancelled? Its buyer reads it.",
  },
  askWords: (to, number, name) =>
    to === "shipped"
      ? html`${clip(name, SHORT_NAME_MAX)}, answer this message with the tracking number of <b>${shownNumber(number)}</b>. Its buyer reads it.`
      : html`${clip(name, SHORT_NAME_MAX)}, answer this message: why is <b>${shownNumber(number)}</b> cancelled? Its buyer reads it.`,
  placeholder: { shipped: "Carrier and number", cancelled: "Reason" },
  wordsTooLong: (max) => html`That is too long: ${max} characters at most. Answer the message above again.`,
  onlyAsked: html`Only who was asked can answer this.`,

  done: {
    packed: "Packed.",
    shipped: "Shipped.",
    delivered: "Delivered.",
    returned: "Returned.",
    cancelled: "Cancelled.",
    claimed: "It is yours.",
    "claim-released": "It is free for others.",
    kept: "Nothing was changed.",
  },
  butClaimedBy: (owner) => `Note: ${shortName(owner)} has claimed this order.`,
  overtaken: (by, what) =>
    `${nameOf(by)} ${deeds[what] ?? "changed it"} before you. Here is how it stands now.`,
  claimedBy: (owner) => `${shortName(owner)} has this order.`,
  claimedByNobody: "That is not possible with this order any more.",
  notYours: "Only the shop's people can act here.",
  anonymous: "You are anonymous here, so I cannot tell who you are. Act as yourself.",

  group: {
    hello: () =>
      lines(html`<b>Alerts of the shop come here from now on</b>`, html`Choose of what. /admin off ends it.`),
    ended: () => html`No more alerts come here.`,
    notKnown: () => html`No alerts come here. An admin of the shop begins that with /admin here.`,
    usage: () => html`/admin here: alerts of the shop come into this group. /admin off: no more.`,
    onlyAdmins: () => html`Only an admin of the shop can do that, from their own account.`,
    anonymous: () =>
      html`You write in the name of the group, so I cannot tell who you are. Write as yourself to do this.`,
    category: {
      orderAlerts: "Orders",
      stockAlerts: "Stock",
      operations: "Operations",
    },
    saved: "Saved.",
    gone: "No alerts come here any more.",
    lost: () =>
      lines(
        html`👥 <b>A group gets no alerts any more</b>`,
        html`The bot was removed there, or may not write. Bring it back, then write /admin here in that group.`,
      ),
  },

  sagasStuck: ({ count, numbers }) =>
    lines(
      html`⏱️ <b>${count === 1 ? "An order does" : `${count} orders do`} not get on</b>`,
      html`${clip(numbers.join(", "), NAME_MAX * 2)}${count > numbers.length ? html` and ${count - numbers.length} more` : ""}`,
      html`A service that they ask does not answer. They go on by themselves; once it is back, Retry asks at once.`,
      html`See <code>/v1/ops/sagas?stuck=true</code>`,
    ),
  replayed: ({ replayed, failed, remaining }) =>
    [
      replayed === 0 && failed === 0 ? "Nothing is parked there any more." : `${replayed} went through.`,
      failed > 0 ? `${failed} failed again.` : "",
      remaining > 0 ? `${remaining} wait: tap once more.` : "",
    ]
      .filter((part) => part !== "")
      .join(" "),
  retried: (count) => (count === 0 ? "No order is stuck any more." : `Asked again for ${count}.`),
};
