import { z } from "zod";
import { variable } from "../shared/runtime/config.ts";
import { type PaymentProviderName, paymentProviders } from "./domain/order.ts";
import type { PaymentOffer } from "./usecases/choose-payment.ts";

const isProvider = (name: string): name is PaymentProviderName =>
  (paymentProviders as readonly string[]).includes(name);

/** The variables of the orders service. */
export const ordersConfigSchema = z.object({
  CURRENCY: variable.currency(),
  OUTBOX_MAX_UNSENT: variable
    .wholeNumber(500_000, 1, 100_000_000)
    .describe(
      "Events that may wait for RabbitMQ, some 2 KB each; from then on new orders are answered 503. An order makes two",
    ),
  PAYMENT_PROVIDERS: z
    .string()
    .transform((text, context): PaymentOffer => {
      const names = [...new Set(text.split(",").map((name) => name.trim()))];
      const known = names.filter(isProvider);
      const [first, ...others] = known;
      if (first !== undefined && known.length === names.length) return [first, ...others];
      context.addIssue(`one or more of ${paymentProviders.join(", ")}, separated by commas`);
      return z.NEVER;
    })
    .optional()
    .describe(
      "How orders may be paid, separated by commas; the first is for orders that name none. Default: manual in production, " +
        "else manual,simulated. simulated is refused in production",
    ),
  NODE_ENV: z.string().optional().describe("production offers no simulated payment by itself"),
});

export type OrdersConfig = Readonly<z.infer<typeof ordersConfigSchema>>;

/** The payment providers that the shop offers. Simulated payments are for trying out: nobody gets money by them. */
export const paymentOfferOf = ({ PAYMENT_PROVIDERS, NODE_ENV }: OrdersConfig): PaymentOffer =>
  PAYMENT_PROVIDERS ?? (NODE_ENV === "production" ? ["manual"] : ["manual", "simulated"]);
