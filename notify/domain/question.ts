import type { StaffMove } from "./staff-card.ts";

// What the bot has asked in a chat with a forced reply, and what the answer is for. A new one is a member of the union.

/** How many units of a SKU were counted. */
export interface StockCountQuestion {
  readonly about: "stock-count";
  readonly sku: string;
  /** The stock card below which it was asked for; it goes once the answer stands at the end of the chat. */
  readonly cardMessageId: number;
}

/** With what an order is shipped, or why it is cancelled. */
export interface OrderWordsQuestion {
  readonly about: "order-words";
  readonly orderId: string;
  /** The order's that the card showed. */
  readonly version: number;
  readonly to: StaffMove;
  /** Who was asked: in a group nobody else's words are an answer. */
  readonly telegramUserId: number;
}

export type Question = StockCountQuestion | OrderWordsQuestion;

/** How long an answer counts. Who comes later is asked anew, by a card that shows how things are. */
export const QUESTION_LIFE_MS = 24 * 3_600_000;
