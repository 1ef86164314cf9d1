import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { locales } from "../domain/locale.ts";
import type { Preferences } from "../domain/preferences.ts";

export * from "../../shared/outbox/schema.ts";
export * from "../../shared/people/schema.ts";
export * from "../../shared/replicas/schema.ts";
export * from "./broadcast-schema.ts";
export * from "./channel-schema.ts";
export * from "./delivery-schema.ts";
export * from "./staff-schema.ts";
export * from "./telegram-schema.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });
/** Telegram's ids have at most 52 significant bits (Bot API, "User"), so a JavaScript number holds them. */
const telegramId = (name: string) => bigint(name, { mode: "number" });

/** A replica of auth's users: where and how each is written to. */
export const chat = pgTable(
  "chat",
  {
    userId: uuid("user_id").primaryKey(),
    chatId: telegramId("chat_id").unique("chat_chat_id_key"),
    /** A group has an id of its own as `user_id`, and is no part of the replica (see group-store.ts). */
    kind: text({ enum: ["private", "group"] })
      .notNull()
      .default("private"),
    state: text({ enum: ["active", "blocked", "deleted"] }).notNull(),
    language: text().notNull(),
    /** Where it was stored before it was kept: UTC, until auth tells of the user again or the replica is rebuilt. */
    timezone: text().notNull().default("UTC"),
    role: text({ enum: ["customer", "staff", "admin"] }).notNull(),
    userVersion: integer("user_version").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("chat_admin_idx").on(table.userId).where(sql`${table.role} = 'admin'`),
    index("chat_staff_idx").on(table.userId).where(sql`${table.role} <> 'customer'`),
    index("chat_group_idx").on(table.userId).where(sql`${table.kind} = 'group'`),
    check("chat_group_check", sql`${table.kind} <> 'group' or ${table.role} = 'customer'`),
    check("chat_user_version_check", sql`${table.userVersion} > 0`),
    check("chat_deleted_check", sql`${table.state} <> 'deleted' or ${table.chatId} is null`),
  ],
);

/** Chats that were asked for their contact and have not shared it yet. */
export const telegramBind = pgTable("telegram_bind", {
  chatId: telegramId("chat_id").primaryKey(),
  expiresAt: moment("expires_at").notNull(),
});

/** The newest version of a SKU's stock that was told of: older news is none. */
export const stockTold = pgTable("stock_told", {
  sku: text().primaryKey(),
  version: integer().notNull(),
});

/** What the admins know of the messages of a queue that were parked, in notify or elsewhere. */
export const parkedAlert = pgTable(
  "parked_alert",
  {
    queue: text().primaryKey(),
    toldAt: moment("told_at"),
    /** Messages that were parked since then. */
    untold: integer().notNull(),
    /** Of what types those are, the first few. */
    types: text().array().notNull(),
  },
  (table) => [check("parked_alert_untold_check", sql`${table.untold} >= 0`)],
);

/** What a person has chosen to be told of; no row where they have chosen nothing. */
export const preference = pgTable(
  "preference",
  {
    userId: uuid("user_id").primaryKey(),
    /** By category, only what was chosen. */
    choices: jsonb().$type<Preferences["choices"]>().notNull().default({}),
    /** `HH:MM` by the clock on their wall, both or none. */
    quietFrom: text("quiet_from"),
    quietTo: text("quiet_to"),
    /** Null: the account's. */
    language: text({ enum: locales }),
    /** Channels that were chosen beside the bot; mail has a row in `mail_address`. */
    channels: jsonb().$type<Preferences["channels"]>().notNull().default({}),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    check("preference_quiet_check", sql`(${table.quietFrom} is null) = (${table.quietTo} is null)`),
  ],
);

/** Who waits for which product. Gone once they were told. */
export const backInStock = pgTable(
  "back_in_stock",
  {
    userId: uuid("user_id").notNull(),
    sku: text().notNull(),
    /** The order in which they came, which is the order in which they are told. */
    position: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "back_in_stock_pkey", columns: [table.userId, table.sku] }),
    index("back_in_stock_waiting_idx").on(table.sku, table.position),
  ],
);

/** The living message of an order in its buyer's chat, and the order's version that it shows. */
export const orderCard = pgTable(
  "order_card",
  {
    orderId: uuid("order_id").notNull(),
    chatId: telegramId("chat_id").notNull(),
    messageId: bigint("message_id", { mode: "number" }).notNull(),
    version: integer().notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [primaryKey({ name: "order_card_pkey", columns: [table.orderId, table.chatId] })],
);

/** The same in a chat of the shop's people: who of them has bought something has both. */
export const staffCard = pgTable(
  "staff_card",
  {
    orderId: uuid("order_id").notNull(),
    chatId: telegramId("chat_id").notNull(),
    messageId: bigint("message_id", { mode: "number" }).notNull(),
    version: integer().notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "staff_card_pkey", columns: [table.orderId, table.chatId] }),
    index("staff_card_chat_idx").on(table.chatId),
  ],
);

/** The last message to a person who was erased: claimed before it is sent, so that it is sent once at most. */
export const farewell = pgTable("farewell", {
  erasureId: uuid("erasure_id").primaryKey(),
  claimedAt: moment("claimed_at").notNull(),
  /** Null while it is being sent, and for ever where the process ended then. */
  outcome: text({ enum: ["sent", "unknown", "unreachable"] }),
});
