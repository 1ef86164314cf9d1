import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { Question } from "../domain/question.ts";

// What the shop's people do in the chat: alerts that they want no more of, questions that wait for an answer, their menus.

const moment = (name: string) => timestamp(name, { withTimezone: true });
const telegramId = (name: string) => bigint(name, { mode: "number" });

/** Until when somebody is not told that a SKU runs low. A row whose time has passed says nothing. */
export const stockSnooze = pgTable(
  "stock_snooze",
  {
    userId: uuid("user_id").notNull(),
    sku: text().notNull(),
    until: moment("until").notNull(),
  },
  (table) => [
    primaryKey({ name: "stock_snooze_pkey", columns: [table.userId, table.sku] }),
    index("stock_snooze_until_idx").on(table.until),
  ],
);

/** What was asked in a chat with a forced reply, by the message that asks. Gone with its answer. */
export const chatQuestion = pgTable(
  "chat_question",
  {
    chatId: telegramId("chat_id").notNull(),
    messageId: telegramId("message_id").notNull(),
    question: jsonb().$type<Question>().notNull(),
    askedAt: moment("asked_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "chat_question_pkey", columns: [table.chatId, table.messageId] }),
    index("chat_question_asked_idx").on(table.askedAt),
  ],
);

/** Chats whose menu has, or had, the commands of the shop's people: what Telegram was told last. */
export const chatMenu = pgTable(
  "chat_menu",
  {
    chatId: telegramId("chat_id").primaryKey(),
    userId: uuid("user_id").notNull(),
    /** Of the menu that is set; null while none is known to be. */
    language: text(),
    /** Telegram has refused it: not tried again before. */
    retryAt: moment("retry_at"),
  },
  (table) => [index("chat_menu_user_idx").on(table.userId)],
);
