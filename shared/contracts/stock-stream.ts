import { z } from "zod";

/** Pub/Sub channel of stock changes. A fast path only: subscribers catch up by `/internal/stock/changes`. */
export const STOCK_CHANNEL = "stock";

/** How often a subscriber asks for what it may have missed, and how long it trusts a silent channel. */
export const STOCK_CATCH_UP_MS = 4_000;

/** The state of one SKU after a change: absolute values with a version, so that old news is ignored. */
const stockChangeSchema = z.object({
  sku: z.string(),
  onHand: z.int().nonnegative(),
  reserved: z.int().nonnegative(),
  available: z.int().nonnegative(),
  version: z.int().positive(),
  /** False when the stock level has been deleted. */
  exists: z.boolean(),
  occurredAt: z.iso.datetime(),
});
export type StockChange = z.infer<typeof stockChangeSchema>;

/** What goes over the channel: the changes of one transaction. */
export const stockMessageSchema = z.object({ changes: z.array(stockChangeSchema) });

/** `GET /internal/stock/changes?after=`: current states of what changed after the cursor; `more` means ask again. */
export const stockChangesPageSchema = z.object({
  changes: z.array(stockChangeSchema),
  cursor: z.string(),
  more: z.boolean(),
});
export type StockChangesPage = z.infer<typeof stockChangesPageSchema>;
