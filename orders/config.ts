import { z } from "zod";

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** The variables of the orders service. */
export const ordersConfigSchema = z.object({
  CURRENCY: z
    .string()
    .refine((code) => currencies.has(code), "an ISO 4217 currency code in capitals, such as USD")
    .default("USD")
    .describe("The one currency of all prices, ISO 4217"),
});

export type OrdersConfig = Readonly<z.infer<typeof ordersConfigSchema>>;
