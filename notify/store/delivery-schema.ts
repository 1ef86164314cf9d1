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
import { thisTransaction, transactionId } from "../../shared/sql/transaction-horizon.ts";
import { channels } from "../domain/channel.ts";
import { deliveryClasses, deliveryStates } from "../domain/delivery.ts";
import type { DeliveryOrigin } from "../domain/delivery-origin.ts";
import type { Notice } from "../domain/notice.ts";

// The queue of deliveries, its lanes, and the paces at which it may be emptied.

const moment = (name: string) => timestamp(name, { withTimezone: true });
/** Telegram's ids have at most 52 significant bits (Bot API, "User"), so a JavaScript number holds them. */
const telegramId = (name: string) => bigint(name, { mode: "number" });

/** One notice to one person, from the event that caused it to its end. */
export const delivery = pgTable(
  "delivery",
  {
    id: uuid().primaryKey(),
    /** The order of arrival: within one person's messages it is the order of sending. */
    position: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    dedupeKey: text("dedupe_key").notNull().unique("delivery_dedupe_key"),
    class: text({ enum: deliveryClasses }).notNull(),
    userId: uuid("user_id").notNull(),
    /** What it queues in, by rank: see domain/lane.ts. */
    lane: smallint().notNull().default(0),
    channel: text({ enum: channels }).notNull().default("telegram"),
    /** The webhook that it goes to; null on the other channels. */
    target: uuid(),
    /** Where it was sent; null until then. */
    chatId: telegramId("chat_id"),
    notice: jsonb().$type<Notice>().notNull(),
    state: text({ enum: deliveryStates }).notNull().default("pending"),
    attempts: integer().notNull().default(0),
    telegramMessageId: bigint("telegram_message_id", { mode: "number" }),
    reason: text(),
    nextAt: moment("next_at").notNull(),
    /** While `sending`: past this nobody can be working on it any more. */
    sendDeadline: moment("send_deadline"),
    /** Names the claim that made it `sending`, so that one whose answer was lost can be taken back. */
    claimId: uuid("claim_id"),
    expiresAt: moment("expires_at").notNull(),
    /** The request that caused it: its sending goes on in that trace. */
    origin: jsonb().$type<DeliveryOrigin>(),
    /** When it was put back because nobody knew whether it had arrived: that happens once, and only where it is asked for. */
    resentAt: moment("resent_at"),
    /** The transaction that gave it its state, `sending` excepted: what the stream goes by. A trigger keeps it. */
    changedTx: transactionId("changed_tx").notNull().default(thisTransaction),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("delivery_waiting_idx")
      .on(table.userId, table.lane, table.position)
      .where(sql`${table.state} = 'pending'`),
    index("delivery_expiry_idx").on(table.expiresAt).where(sql`${table.state} = 'pending'`),
    index("delivery_sending_idx").on(table.sendDeadline).where(sql`${table.state} = 'sending'`),
    // Those that may be sent once more although nobody knows whether they arrived: few, and only until they are too old.
    index("delivery_unknown_idx")
      .on(table.expiresAt)
      .where(sql`${table.state} = 'unknown' and ${table.resentAt} is null`),
    index("delivery_mail_due_idx")
      .on(table.nextAt)
      .where(sql`${table.state} = 'pending' and ${table.channel} = 'email'`),
    index("delivery_webhook_due_idx")
      .on(table.target, table.nextAt)
      .where(sql`${table.state} = 'pending' and ${table.channel} = 'webhook'`),
    index("delivery_target_idx").on(table.target, table.id).where(sql`${table.target} is not null`),
    index("delivery_user_idx").on(table.userId, table.id),
    // Without those that wait: on a table that was never analysed the queue would be read by it, all of it.
    index("delivery_state_idx").on(table.state, table.id).where(sql`${table.state} <> 'pending'`),
    index("delivery_changed_idx").on(table.changedTx, table.id).where(sql`${table.state} <> 'sending'`),
    // Free text about an order, which goes when its buyer is erased: few deliveries have any.
    index("delivery_reason_idx")
      .on(sql`(${table.notice} ->> 'orderId')`)
      .where(sql`(${table.notice} ->> 'reason') is not null`),
    // Where somebody signed in, which is forgotten after a time: few deliveries say it.
    index("delivery_place_idx").on(table.createdAt).where(sql`(${table.notice} ->> 'device') is not null`),
    // What became of a broadcast, and what of it waits.
    index("delivery_broadcast_idx")
      .on(sql`(${table.notice} ->> 'broadcastId')`, table.state)
      .where(sql`${table.class} = 'broadcast'`),
    check("delivery_attempts_check", sql`${table.attempts} >= 0`),
    check("delivery_target_check", sql`(${table.channel} = 'webhook') = (${table.target} is not null)`),
    check("delivery_deadline_check", sql`(${table.state} = 'sending') = (${table.sendDeadline} is not null)`),
  ],
);

/**
 * A person's lane in which something may wait: one row however much it is, so that a claim looks at lanes and not at all that
 * waits. It is there as long as there may be something in it (see lane-rows.ts).
 */
export const deliveryLane = pgTable(
  "delivery_lane",
  {
    userId: uuid("user_id").notNull(),
    lane: smallint().notNull(),
    /** Nothing of it is sent before. */
    dueAt: moment("due_at").notNull(),
    /** Up to when its own pace is used up. */
    usedUntil: moment("used_until").notNull(),
  },
  (table) => [
    primaryKey({ name: "delivery_lane_pkey", columns: [table.userId, table.lane] }),
    index("delivery_lane_due_idx").on(table.lane, table.dueAt),
    // The bot's lanes alone: the other channels have ranks from 100 on.
    check("delivery_lane_rank_check", sql`${table.lane} < 100`),
  ],
);

/** Up to when the pace of a person's chat is used up, and whether a message is under way; a row whose times have passed says nothing. */
export const chatPace = pgTable(
  "chat_pace",
  {
    userId: uuid("user_id").primaryKey(),
    usedUntil: moment("used_until").notNull(),
    /** While a message is under way: the end of its claim. */
    heldUntil: moment("held_until").notNull(),
  },
  (table) => [index("chat_pace_used_idx").on(table.usedUntil)],
);

/** Up to when the bot's pace is used up, and what Telegram said when it was too fast. By the bot's id. */
export const botPace = pgTable("bot_pace", {
  botId: text("bot_id").primaryKey(),
  usedUntil: moment("used_until").notNull(),
  /** Nothing is sent before. */
  pausedUntil: moment("paused_until").notNull(),
  /** The chat that was told to wait last, and when. */
  floodedChat: telegramId("flooded_chat"),
  floodedAt: moment("flooded_at"),
});
