import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import type { CodeEnding } from "../domain/code-ending.ts";
import type { StoredUpdate } from "../usecases/update-ports.ts";

// What comes from Telegram, and what is still to be done about messages that carry a code.

const moment = (name: string) => timestamp(name, { withTimezone: true });

/**
 * Every update that Telegram brought within a day: first what it says, until it is handled, and then nothing but its id, so that it is not
 * handled again.
 */
export const telegramUpdate = pgTable(
  "telegram_update",
  {
    botId: text("bot_id").notNull(),
    updateId: bigint("update_id", { mode: "number" }).notNull(),
    /** Those of one chat are handled in their order; null once handled. */
    chatId: bigint("chat_id", { mode: "number" }),
    /** Null once handled: it may hold a phone or whatever people write. */
    payload: jsonb().$type<StoredUpdate>(),
    /** While somebody handles it; past this they cannot be. */
    claimedUntil: moment("claimed_until"),
    /** How often it was begun. */
    attempts: smallint().notNull().default(0),
    receivedAt: moment("received_at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ name: "telegram_update_pkey", columns: [table.botId, table.updateId] }),
    index("telegram_update_waiting_idx")
      .on(table.botId, table.chatId, table.updateId)
      .where(sql`${table.payload} is not null`),
    index("telegram_update_received_idx").on(table.receivedAt),
    check("telegram_update_done_check", sql`(${table.payload} is null) = (${table.chatId} is null)`),
  ],
);

/**
 * Codes that are of no use any more, and why: their messages are to say so. It may be known before the message is. Gone when it is old.
 */
export const codeClosing = pgTable("code_closing", {
  challengeId: uuid("challenge_id").primaryKey(),
  /** Whose, where that is known: their erasure takes it along. */
  userId: uuid("user_id"),
  /** Why, and where it was used and when. */
  ending: jsonb().$type<CodeEnding>().notNull(),
  closedAt: moment("closed_at").notNull(),
});

/** Messages that carry a code, so that they can be edited when it is of no use any more. Never the code. */
export const codeMessage = pgTable(
  "code_message",
  {
    chatId: bigint("chat_id", { mode: "number" }).notNull(),
    messageId: bigint("message_id", { mode: "number" }).notNull(),
    challengeId: uuid("challenge_id").notNull(),
    sentAt: moment("sent_at").notNull(),
    /** From then on the message says that the code has expired. Those of before it was kept have. */
    expiresAt: moment("expires_at").notNull().defaultNow(),
    /** It is not edited before: somebody is at it, or Telegram wants a pause. */
    nextAt: moment("next_at").notNull().defaultNow(),
    attempts: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ name: "code_message_pkey", columns: [table.chatId, table.messageId] }),
    index("code_message_challenge_idx").on(table.challengeId),
    index("code_message_expiry_idx").on(table.expiresAt),
  ],
);
