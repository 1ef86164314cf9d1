import { invalid } from "../../shared/kernel/errors.ts";
import type { Payment, PaymentProviderName } from "../domain/order.ts";

/** The providers that the shop offers, the one for orders that name none first. */
export type PaymentOffer = readonly [PaymentProviderName, ...PaymentProviderName[]];

const plain = (provider: PaymentProviderName): Payment =>
  provider === "simulated" ? { provider, outcome: "approve" } : { provider };

/** How an order is paid, as its buyer wants it. Fails with `VALIDATION` where the shop does not offer that. */
export const choosePayment = (offer: PaymentOffer, wanted: Payment | null): Payment => {
  if (wanted === null) return plain(offer[0]);
  if (offer.includes(wanted.provider)) return wanted;
  throw invalid("/body/payment", `is not offered by this shop: choose ${offer.join(" or ")}`);
};
