import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { PURPOSE_PATTERN, type Purpose } from "../domain/challenge.ts";
import { auditKinds } from "../usecases/ports.ts";

export * from "../../shared/outbox/schema.ts";
export * from "../../shared/people/schema.ts";
export * from "./erasure-schema.ts";
export * from "./key-schema.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });
/** Telegram's ids have 52 bits at most: a number holds them, an int4 does not. */
const telegramId = (name: string) => bigint(name, { mode: "number" });

const roles = ["customer", "staff", "admin"] as const;
const statuses = ["active", "blocked"] as const;
const revokeReasons = ["logout", "logout-all", "reuse", "admin", "blocked", "rebound", "deleted"] as const;

const oneOf = (name: string, column: AnyPgColumn, values: readonly string[]) =>
  check(name, sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(", "))})`);

export const appUser = pgTable(
  "app_user",
  {
    id: uuid().primaryKey(),
    version: integer().notNull(),
    phone: text(),
    telegramUserId: telegramId("telegram_user_id"),
    name: text().notNull(),
    username: text(),
    email: text(),
    language: text().notNull(),
    timezone: text().notNull(),
    role: text({ enum: roles }).notNull(),
    status: text({ enum: statuses }).notNull(),
    phoneReleasedAt: moment("phone_released_at"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
    deletedAt: moment("deleted_at"),
  },
  (table) => [
    uniqueIndex("app_user_phone_key").on(table.phone),
    uniqueIndex("app_user_telegram_user_id_key").on(table.telegramUserId),
    uniqueIndex("app_user_username_key").on(sql`lower(${table.username})`),
    // Not proved, and so no identity; but one may sign in by it, so it names one account.
    uniqueIndex("app_user_email_key").on(sql`lower(${table.email})`),
    check("app_user_version_check", sql`${table.version} > 0`),
    check("app_user_phone_check", sql`${table.phone} ~ '^[+][1-9][0-9]{6,14}$'`),
    check("app_user_telegram_user_id_check", sql`${table.telegramUserId} > 0`),
    check(
      "app_user_deleted_check",
      sql`${table.deletedAt} is null or coalesce(${table.phone}, ${table.username}, ${table.email}) is null`,
    ),
    oneOf("app_user_role_check", table.role, roles),
    oneOf("app_user_status_check", table.status, statuses),
  ],
);

/** Holds neither a code nor anything that a code could be found from without the pepper. */
export const challenge = pgTable(
  "challenge",
  {
    id: uuid().primaryKey(),
    secretHash: text("secret_hash").notNull(),
    nonceHash: text("nonce_hash").notNull(),
    purpose: text().$type<Purpose>().notNull(),
    phone: text(),
    digits: smallint().notNull(),
    /** How often the browser asked for a code; tells nothing about whether one could be sent. */
    askCount: smallint("ask_count").notNull().default(1),
    lastAskedAt: moment("last_asked_at").notNull(),
    sendCount: smallint("send_count").notNull().default(0),
    lastSentAt: moment("last_sent_at"),
    attempts: smallint().notNull().default(0),
    malformed: smallint().notNull().default(0),
    openedBy: telegramId("opened_by"),
    openedAt: moment("opened_at"),
    userId: uuid("user_id").references(() => appUser.id, { onDelete: "cascade" }),
    chatId: telegramId("chat_id"),
    /** Who asked for a fresh code; refers to a session that may be deleted before. */
    sessionId: uuid("session_id"),
    expiresAt: moment("expires_at").notNull(),
    consumedAt: moment("consumed_at"),
    deniedAt: moment("denied_at"),
    askedFrom: text("asked_from").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("challenge_nonce_hash_key").on(table.nonceHash),
    index("challenge_opened_by_idx").on(table.openedBy, table.openedAt),
    index("challenge_user_id_idx").on(table.userId),
    index("challenge_expires_at_idx").on(table.expiresAt),
    check("challenge_purpose_check", sql`${table.purpose} ~ '${sql.raw(PURPOSE_PATTERN)}'`),
    // A step-up belongs to a session and its owner from the beginning; a sign-in to none.
    check(
      "challenge_session_check",
      sql`(${table.purpose} = 'login') = (${table.sessionId} is null) and (${table.sessionId} is null or ${table.userId} is not null)`,
    ),
    check("challenge_digits_check", sql`${table.digits} in (6, 8)`),
    check("challenge_ask_count_check", sql`${table.askCount} between 1 and 3`),
    check("challenge_send_count_check", sql`${table.sendCount} between 0 and 3`),
    check("challenge_attempts_check", sql`${table.attempts} between 0 and 5`),
    // A code always belongs to somebody, and only a challenge whose code was sent can be used up.
    check("challenge_sent_check", sql`${table.sendCount} = 0 or ${table.userId} is not null`),
    check("challenge_consumed_check", sql`${table.consumedAt} is null or ${table.sendCount} > 0`),
  ],
);

export const session = pgTable(
  "session",
  {
    id: uuid().primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => appUser.id, { onDelete: "cascade" }),
    /** Refers to a challenge that is deleted long before the session; null where somebody signed in without one. */
    challengeId: uuid("challenge_id"),
    createdAt: moment("created_at").notNull(),
    lastUsedAt: moment("last_used_at").notNull(),
    expiresAt: moment("expires_at").notNull(),
    userAgent: text("user_agent").notNull(),
    ip: text().notNull(),
    /** When a code from the owner's chat was typed in that begins an admin's rights; null where none was. */
    provedAt: moment("proved_at"),
    /** When the owner said that it was not theirs; null where they did not. */
    disownedAt: moment("disowned_at"),
    revokedAt: moment("revoked_at"),
    revokeReason: text("revoke_reason", { enum: revokeReasons }),
  },
  (table) => [
    uniqueIndex("session_challenge_id_key").on(table.challengeId),
    index("session_user_id_last_used_at_idx").on(table.userId, table.lastUsedAt),
    index("session_expires_at_idx").on(table.expiresAt),
    index("session_revoked_at_idx").on(table.revokedAt).where(sql`${table.revokedAt} is not null`),
    oneOf("session_revoke_reason_check", table.revokeReason, revokeReasons),
    check("session_revoked_check", sql`(${table.revokedAt} is null) = (${table.revokeReason} is null)`),
    check("session_expires_at_check", sql`${table.expiresAt} > ${table.createdAt}`),
  ],
);

export const refreshToken = pgTable(
  "refresh_token",
  {
    /** SHA-256 of the token's id. */
    hash: text().primaryKey(),
    sessionId: uuid("session_id")
      .notNull()
      .references(() => session.id, { onDelete: "cascade" }),
    /** The token that this one replaced; null for the first of a session. */
    parentHash: text("parent_hash").references((): AnyPgColumn => refreshToken.hash, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull(),
    usedAt: moment("used_at"),
  },
  (table) => [
    // A token has one successor at most: two of them would be two living families.
    uniqueIndex("refresh_token_parent_hash_key").on(table.parentHash),
    index("refresh_token_session_id_idx").on(table.sessionId),
  ],
);

/** The passwords of those accounts that have one. */
export const userPassword = pgTable("user_password", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => appUser.id, { onDelete: "cascade" }),
  /** Argon2id as a PHC string: algorithm, parameters, salt and hash. */
  hash: text().notNull(),
  changedAt: moment("changed_at").notNull(),
});

/** Append-only, but for the erasure of who is meant. It outlives what it tells of, so it refers to nothing. */
export const auditEvent = pgTable(
  "audit_event",
  {
    id: uuid().primaryKey(),
    at: moment("at").notNull(),
    kind: text({ enum: auditKinds }).notNull(),
    userId: uuid("user_id"),
    /** Who did it, where that is somebody else. */
    actorId: uuid("actor_id"),
    sessionId: uuid("session_id"),
    challengeId: uuid("challenge_id"),
    telegramUserId: telegramId("telegram_user_id"),
    ip: text(),
    userAgent: text("user_agent"),
    detail: text(),
    requestId: text("request_id"),
  },
  (table) => [
    index("audit_event_user_id_idx").on(table.userId, table.id),
    index("audit_event_kind_idx").on(table.kind, table.id),
    // For what is forgotten of them after a time.
    index("audit_event_place_idx")
      .on(table.at)
      .where(sql`${table.ip} is not null or ${table.userAgent} is not null`),
    // For exports and erasures: what somebody did to others, and what was written down before it was known of whom.
    index("audit_event_actor_idx").on(table.actorId, table.id).where(sql`${table.actorId} is not null`),
    index("audit_event_challenge_idx").on(table.challengeId).where(sql`${table.challengeId} is not null`),
    index("audit_event_telegram_idx")
      .on(table.telegramUserId)
      .where(sql`${table.telegramUserId} is not null`),
  ],
);

/** Whom an OpenID Connect provider vouches for; its subject is opaque (OpenID Connect Core 1.0, section 2). */
export const externalIdentity = pgTable(
  "external_identity",
  {
    provider: text().notNull(),
    subject: text().notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => appUser.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "external_identity_pkey", columns: [table.provider, table.subject] }),
    index("external_identity_user_id_idx").on(table.userId),
  ],
);
