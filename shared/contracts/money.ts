import { z } from "zod";

/** Money between services: an integer in minor units and an ISO 4217 code. */
export const moneySchema = z.object({
  amountMinor: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/),
});
