import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { addressStates } from "../domain/mail-address.ts";

// What the channels beside Telegram need: addresses that were confirmed, webhooks, and a pace.

const moment = (name: string) => timestamp(name, { withTimezone: true });

/**
 * Who has chosen mail, and whether the address is confirmed. The address itself stays with auth: here is only what tells whether it
 * is the same one still.
 */
export const mailAddress = pgTable(
  "mail_address",
  {
    userId: uuid("user_id").primaryKey(),
    /** A keyed hash of the person's id and the address. */
    addressKey: text("address_key").notNull(),
    state: text({ enum: addressStates }).notNull(),
    /** Version of the user that had the address: older news of the user changes nothing. */
    userVersion: integer("user_version").notNull(),
    /** A keyed hash of the code that was mailed last; null where none counts any more. */
    codeKey: text("code_key"),
    codeExpiresAt: moment("code_expires_at"),
    /** Codes that were typed since it was mailed. */
    tries: integer().notNull().default(0),
    codeSentAt: moment("code_sent_at"),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    check("mail_address_tries_check", sql`${table.tries} >= 0`),
    check("mail_address_code_check", sql`(${table.codeKey} is null) = (${table.codeExpiresAt} is null)`),
  ],
);

/** Addresses to which the shop's events are posted. Their secrets are derived, and stand nowhere. */
export const webhook = pgTable(
  "webhook",
  {
    id: uuid().primaryKey(),
    url: text().notNull(),
    /** Types of events, or families such as `order.*`. */
    events: text().array().notNull(),
    active: boolean().notNull(),
    description: text().notNull(),
    includePhone: boolean("include_phone").notNull(),
    /** Counts the secrets that it has had. */
    secretVersion: integer("secret_version").notNull().default(1),
    /** Until then the secret before signs as well. */
    previousUntil: moment("previous_until"),
    /** Failures in a row. */
    failures: integer().notNull().default(0),
    failingSince: moment("failing_since"),
    /** Nothing is sent before. */
    pausedUntil: moment("paused_until"),
    /** Why it was switched off by itself; null where it was not. */
    offReason: text("off_reason"),
    lastSuccessAt: moment("last_success_at"),
    lastFailureAt: moment("last_failure_at"),
    lastFailure: text("last_failure"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("webhook_active_idx").on(table.id).where(sql`${table.active}`),
    check("webhook_failures_check", sql`${table.failures} >= 0`),
    check("webhook_off_check", sql`${table.offReason} is null or not ${table.active}`),
  ],
);

/** Up to when a channel's pace is used up, over all instances. */
export const channelPace = pgTable("channel_pace", {
  channel: text().primaryKey(),
  usedUntil: moment("used_until").notNull(),
});
