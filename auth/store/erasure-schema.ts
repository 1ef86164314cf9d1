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
import type { ErasedData, KeptData } from "../../shared/contracts/internal-people.ts";
import { erasureParts } from "../domain/erasure.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });

/** The erasure of a person over all services: its receipt, which stays. */
export const erasure = pgTable("erasure", {
  id: uuid().primaryKey(),
  /** One a person, whoever asks how often. */
  userId: uuid("user_id").notNull().unique("erasure_user_id_key"),
  /** The version of the account's end. */
  userVersion: integer("user_version").notNull(),
  requestedBy: text("requested_by", { enum: ["person", "admin"] }).notNull(),
  /** SHA-256 of what opens the receipt; null where an admin began it. */
  secretHash: text("secret_hash"),
  /** Where the last message goes, and in what language; null once it has been sent or cannot be. */
  telegramUserId: bigint("telegram_user_id", { mode: "number" }),
  language: text(),
  requestedAt: moment("requested_at").notNull(),
  doneAt: moment("done_at"),
});

/** What is asked of one service, until it has answered; and the last message, once all have. */
export const erasurePart = pgTable(
  "erasure_part",
  {
    erasureId: uuid("erasure_id")
      .notNull()
      .references(() => erasure.id, { onDelete: "cascade" }),
    part: text({ enum: erasureParts }).notNull(),
    state: text({ enum: ["waiting", "done"] }).notNull(),
    /** Asks in a row that got no answer. */
    attempts: integer().notNull(),
    /** When it is asked again; null once it is done. Whoever takes it moves this on, so that nobody else does. */
    nextAt: moment("next_at"),
    erased: jsonb().$type<readonly ErasedData[]>().notNull(),
    kept: jsonb().$type<readonly KeptData[]>().notNull(),
    /** What became of the last message. */
    outcome: text(),
    answeredAt: moment("answered_at"),
  },
  (table) => [
    primaryKey({ name: "erasure_part_pkey", columns: [table.erasureId, table.part] }),
    index("erasure_part_due_idx").on(table.nextAt).where(sql`${table.state} = 'waiting'`),
    check("erasure_part_due_check", sql`(${table.state} = 'waiting') = (${table.nextAt} is not null)`),
  ],
);
