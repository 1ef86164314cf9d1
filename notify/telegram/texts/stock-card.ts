import { shownStatuses } from "../../domain/order-status.ts";
import type { OrderSummary } from "../../usecases/shop-today.ts";
import type { CardChange } from "../../usecases/stock-card.ts";
import type { ShopStock } from "../../usecases/stock-ports.ts";
import { clip } from "../html.ts";
import { statusMarks } from "./card.ts";
import type { TodayWords } from "./stock-texts.ts";

// What the texts of stock have in common, whatever the language.

/** Sold out, low, enough. */
export const stockMark = ({ available, lowStockThreshold }: ShopStock): string => {
  if (available <= 0) return "🚫";
  return available <= lowStockThreshold ? "⚠️" : "✅";
};

/** `+5`, `−3`. */
export const shownDelta = (delta: number): string => (delta < 0 ? `−${-delta}` : `+${delta}`);

/** A product's name, or a person's. */
const NAME_MAX = 40;
export const shownName = (name: string): string => clip(name, NAME_MAX);

/** On a button of a list; Telegram cuts what is too long in the middle of a word. */
const LABEL_MAX = 28;
export const shownLabel = (name: string): string => clip(name, LABEL_MAX);

export const byWords = (by: CardChange["by"], words: Record<"order" | "system" | "staff", string>): string =>
  typeof by === "string" ? words[by] : shownName(by.name);

/** `✅ Confirmed 4`, one after the other, in the order of an order's life. */
export const shownStatusCounts = (
  { byStatus }: OrderSummary,
  status: TodayWords["status"],
): readonly string[] =>
  shownStatuses.flatMap((one) => {
    const count = byStatus[one] ?? 0;
    return count === 0 ? [] : [`${statusMarks[one]} ${status[one]} ${count}`];
  });

/** SKUs that are named; the rest is a number. */
const SOLD_OUT_MAX = 5;
const SKU_MAX = 24;
export const shownSoldOut = (skus: readonly string[]): string => {
  const shown = skus.slice(0, SOLD_OUT_MAX).map((sku) => clip(sku, SKU_MAX));
  const more = skus.length - shown.length;
  return [...shown, ...(more > 0 ? [`+${more}`] : [])].join(", ");
};
