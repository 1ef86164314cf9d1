import { z } from "zod";
import { variable } from "../shared/runtime/config.ts";

/** Units; above it a threshold would call every shop's stock low. */
const THRESHOLD_MAX = 1_000_000;

/** What inventory reads from the environment. */
export const inventoryConfigSchema = z.object({
  LOW_STOCK_THRESHOLD: variable
    .wholeNumber(5, 0, THRESHOLD_MAX)
    .describe("Threshold of a stock level that names none: low at or below it, in units"),
});

export type InventoryConfig = Readonly<z.infer<typeof inventoryConfigSchema>>;
