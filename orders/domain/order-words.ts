import type { NamedActor, OrderCause, TracedStep } from "./explain-order.ts";
import type { Order } from "./order.ts";
import { PAYMENT_HOLD_SECONDS, type Rejection, type Shortage } from "./saga-state.ts";

/** SKUs that were short and are named; the others are a number. */
const SHORT_NAMED = 5;

const doer = ({ kind, name }: NamedActor): string => {
  if (kind === "system") return "the shop";
  const role = kind === "user" ? "its buyer" : "the shop's staff";
  return name === null ? role : `${name} (${kind === "user" ? "its buyer" : "staff"})`;
};

const shortWords = (shortages: readonly Shortage[]): string => {
  const named = shortages
    .slice(0, SHORT_NAMED)
    .map(({ sku, requested, available }) => `${sku} (${requested} wanted, ${available} available)`);
  const more = shortages.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(", ");
};

/** Why an order was rejected, with what was short. */
const rejectionWords = ({ reason, shortages }: Rejection): string => {
  switch (reason) {
    case "out-of-stock":
      return `there was not enough of ${shortWords(shortages)}`;
    case "payment-declined":
      return "the payment was declined";
    case "payment-timeout":
      return "the payment provider did not answer in time";
    case "hold-refused":
      return "the hold on its stock had ended before";
    case "hold-expired":
      return "the hold on its stock ran out before the payment was through";
    default:
      return reason satisfies never;
  }
};

/** What the shop does by itself. */
const ownSteps: Readonly<Record<string, (order: Order) => string>> = {
  "stock-held": () =>
    `its stock was held for ${PAYMENT_HOLD_SECONDS / 60} minutes while the payment was asked for`,
  "payment-authorised": ({ payment }) => `the payment was authorised by ${payment.provider}`,
  confirmed: () => "confirmed: its stock is held for it",
  "stock-released": () => "its stock was given back",
  "stock-fulfilled": () => "its goods left the stock",
  "stock-returned": () => "its goods are back in stock",
  "payment-voided": () => "the payment was taken back",
};

const byHand: Readonly<Record<string, string>> = {
  packed: "packed",
  shipped: "shipped",
  delivered: "marked as delivered",
  cancelled: "cancelled",
  returned: "taken back",
  "lines-changed": "quantities were changed",
  "change-refused": "another quantity was refused that was wanted",
  claimed: "claimed",
  "claim-released": "given back to others",
  retried: "what it waited for was asked again, as wished",
  archived: "archived",
};

type Told = Omit<TracedStep, "actor"> & { readonly actor: NamedActor };

const placedWords = (actor: NamedActor, { payment }: Order): string =>
  `placed by ${doer(actor)}, to be paid ${payment.provider === "manual" ? "on delivery" : "before it is confirmed"}`;

/** A step without its beginning and its end. */
const plainWords = (step: Told, order: Order, rejection: Rejection | null): string => {
  const { what, actor, cause } = step;
  if (what === "placed") return placedWords(actor, order);
  if (what === "rejected") return `rejected: ${rejection === null ? cause : rejectionWords(rejection)}`;
  const own = ownSteps[what];
  if (own !== undefined) return own(order);
  return `${byHand[what] ?? what} by ${doer(actor)}${cause === null ? "" : `: ${cause}`}`;
};

const sentence = (words: string): string => {
  const begun = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
};

/** One step of an order in one sentence. */
export const stepWords = (step: Told, order: Order, rejection: Rejection | null): string =>
  sentence(plainWords(step, order, rejection));

/** What a saga that is not finished is about. */
const waits: Readonly<Record<string, string>> = {
  reserving: "Its stock is being asked for.",
  paying: "Its payment is being asked for.",
  securing: "Its stock is being held for good.",
  changing: "Other quantities are being asked for.",
  fulfilling: "Its goods are being taken out of the stock.",
  returning: "Its goods are being put back into stock.",
  releasing: "Its stock is being given back.",
  voiding: "Its payment is being taken back.",
};

/** How an order stands and why, in a sentence or two. `waitsIn`: the step of its saga that has no answer yet. */
export const verdictWords = (order: Order, verdict: OrderCause | null, waitsIn: string | null): string => {
  const because = verdict === null || order.status === "pending" ? "" : ` ${verdict.says}`;
  const waiting = waitsIn === null ? "" : ` ${waits[waitsIn] ?? ""}`;
  return `${order.number} is ${order.status}.${because}${waiting}`.trimEnd();
};
