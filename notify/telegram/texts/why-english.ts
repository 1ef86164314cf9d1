import type { ShownStatus } from "../../domain/order-status.ts";
import { html, lines } from "../html.ts";
import { type WhyTexts, whyTextsOf } from "./why-texts.ts";

/** Not `rejected` alone: why it was is only in the words of the API then. */
const steps: Readonly<Record<string, string>> = {
  placed: "placed",
  "stock-held": "stock held for the payment",
  "payment-authorised": "payment authorised",
  confirmed: "confirmed, stock held",
  "rejected-out-of-stock": "rejected, not enough:",
  "rejected-payment-declined": "rejected, payment declined",
  "rejected-payment-timeout": "rejected, the payment provider did not answer",
  "rejected-hold-refused": "rejected, the hold on its stock had ended",
  "rejected-hold-expired": "rejected, the hold on its stock ran out",
  packed: "packed",
  shipped: "shipped",
  delivered: "delivered",
  cancelled: "cancelled",
  returned: "returned",
  "lines-changed": "quantities changed",
  "change-refused": "another quantity refused",
  "stock-released": "stock given back",
  "stock-fulfilled": "goods left the stock",
  "stock-returned": "goods back in stock",
  "payment-voided": "payment taken back",
  claimed: "claimed",
  "claim-released": "claim given back",
  retried: "asked again",
  archived: "archived",
};

const causes: Readonly<Record<string, string>> = {
  opened: "begun",
  received: "came in",
  returned: "came back",
  corrected: "corrected",
  confirmed: "set, nothing changed",
  adjusted: "adjusted",
  deleted: "level deleted",
  repaired: "counters repaired",
  "order-held": "held for an order",
  "order-released": "given back by an order",
  "order-expired": "a hold ran out",
  "order-sold": "left with an order",
  "order-returned": "came back from an order",
};

const countOf = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const whyEnglish = (status: Readonly<Record<ShownStatus, string>>): WhyTexts =>
  whyTextsOf({
    locale: "en",
    keep: (text) => text,
    ...{ status, steps, causes },
    usage: (asStaff) =>
      asStaff
        ? html`Send /why and a SKU or the number of an order, such as <code>/why 41</code>.`
        : html`Send /why and the number of your order, such as <code>/why 41</code>. /orders shows the last ones.`,
    unknown: (asStaff) =>
      asStaff
        ? html`There is no such order, and no SKU that this names alone. /stock and words finds SKUs.`
        : html`I can't find this order among yours. /orders shows the last ones.`,
    orderTitle: (number) => html`<b>Order ${number}</b>`,
    by: { user: "the buyer", staff: "staff" },
    short: (sku, requested, available) => `${sku} (${requested} wanted, ${available} available)`,
    earlierSteps: (count) => html`${countOf(count, "earlier step", "earlier steps")}, then:`,
    waiting: (attempts) => html`⏳ Waits for an answer, asked ${countOf(attempts, "time", "times")}.`,
    trace: "Trace",
    level: ({ onHand, reserved, available }) =>
      html`Available: <b>${available}</b> = ${onHand} on hand − ${reserved} reserved`,
    deleted: html`Its level was deleted; the ledger stays.`,
    heldBy: (names, more) =>
      names === ""
        ? html`Reserved for ${countOf(more, "order", "orders")}`
        : html`Reserved for ${names}${more > 0 ? ` and ${more} more` : ""}`,
    ordersDid: (orders, did) => `${countOf(orders, "order", "orders")}: ${did}`,
    earlier: (movements) => `${countOf(movements, "movement", "movements")} before`,
    units: { held: "held", sold: "sold", released: "given back", expired: "ran out", returned: "returned" },
    addsUp: (movements) => lines(html`✅ ${countOf(movements, "movement", "movements")} from 0: it adds up.`),
    addsNotUp: html`⚠️ The ledger does not add up: this is not all. Please have it verified.`,
  });
