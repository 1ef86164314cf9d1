import type { Schemas } from "../../../client/index.ts";

/** What the buyer writes in the first step, as it is written. */
export interface Delivery {
  readonly recipient: string;
  readonly line1: string;
  readonly line2: string;
  readonly postalCode: string;
  readonly city: string;
  /** ISO 3166-1, two letters. */
  readonly country: string;
  readonly note: string;
  readonly payment: "manual" | "simulated";
}

/** Those that have to be filled in. */
export const neededFields = ["recipient", "line1", "city", "country"] as const;
type NeededField = (typeof neededFields)[number];

/** The needed fields that are still empty. */
export const missingFields = (delivery: Delivery): readonly NeededField[] =>
  neededFields.filter((field) => delivery[field].trim() === "");

/** The address as the shop takes it: what is empty is left out. */
export const addressOf = ({
  recipient,
  line1,
  line2,
  postalCode,
  city,
  country,
}: Delivery): Schemas["Address"] => ({
  recipient: recipient.trim(),
  line1: line1.trim(),
  ...(line2.trim() === "" ? {} : { line2: line2.trim() }),
  ...(postalCode.trim() === "" ? {} : { postalCode: postalCode.trim() }),
  city: city.trim(),
  country,
});

/** The order of a cart and a delivery. */
export const orderOf = (
  lines: readonly { readonly sku: string; readonly quantity: number }[],
  delivery: Delivery,
): Schemas["NewOrder"] => ({
  lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  address: addressOf(delivery),
  payment: delivery.payment,
  ...(delivery.note.trim() === "" ? {} : { note: delivery.note.trim() }),
});

/** A delivery to begin with: where the last order went, in the buyer's name and country otherwise. */
export const firstDelivery = (
  last: Schemas["Address"] | null,
  buyer: { readonly name: string; readonly country: string },
): Delivery => ({
  recipient: last?.recipient ?? buyer.name,
  line1: last?.line1 ?? "",
  line2: last?.line2 ?? "",
  postalCode: last?.postalCode ?? "",
  city: last?.city ?? "",
  country: last?.country ?? buyer.country,
  note: "",
  payment: "manual",
});
