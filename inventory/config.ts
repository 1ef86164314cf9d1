import { z } from "zod";

/** Units; above it a threshold would call every shop's stock low. */
const THRESHOLD_MAX = 1_000_000;

/** What inventory reads from the environment. */
export const inventoryConfigSchema = z.object({
  LOW_STOCK_THRESHOLD: z.coerce
    .number({ error: "a whole number of units" })
    .int("a whole number of units")
    .min(0, "a whole number of units, 0 or more")
    .max(THRESHOLD_MAX, `a whole number of units, ${THRESHOLD_MAX} at most`)
    .default(5)
    .describe("Threshold of a stock level that names none: low at or below it, in units"),
});

export type InventoryConfig = Readonly<z.infer<typeof inventoryConfigSchema>>;
