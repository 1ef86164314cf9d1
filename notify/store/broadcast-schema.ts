import { sql } from "drizzle-orm";
import {
  boolean,
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
import { type Audience, type BroadcastTexts, broadcastStates } from "../domain/broadcast.ts";
import { emptyTally, type Tally } from "../domain/broadcast-tally.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });

/** What the shop writes to many. */
export const broadcast = pgTable(
  "broadcast",
  {
    id: uuid().primaryKey(),
    state: text({ enum: broadcastStates }).notNull(),
    version: integer().notNull(),
    texts: jsonb().$type<BroadcastTexts>().notNull(),
    audience: jsonb().$type<Audience>().notNull(),
    createdBy: uuid("created_by"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
    startedBy: uuid("started_by"),
    startedAt: moment("started_at"),
    endedAt: moment("ended_at"),
    recipients: integer(),
    /** Something of it may still wait, here or in the queue: somebody looks after it until nothing does. */
    unsettled: boolean().notNull().default(false),
    /** Recipients of whom no row is kept any more, or never was one, by how it ended. */
    gone: jsonb().$type<Tally>().notNull().default(emptyTally),
    /** When the last of its deliveries went, a while after its end. */
    prunedAt: moment("pruned_at"),
  },
  (table) => [
    index("broadcast_unsettled_idx").on(table.startedAt).where(sql`${table.unsettled}`),
    index("broadcast_ended_idx").on(table.endedAt).where(sql`${table.prunedAt} is null`),
    check("broadcast_version_check", sql`${table.version} > 0`),
    check(
      "broadcast_started_check",
      sql`(${table.state} = 'draft') = (${table.startedAt} is null) and (${table.startedAt} is null) = (${table.recipients} is null)`,
    ),
    check(
      "broadcast_ended_check",
      sql`(${table.state} in ('done', 'cancelled')) = (${table.endedAt} is not null)`,
    ),
  ],
);

/** For whom a broadcast is that has begun, and who are not in the queue yet: each is in one of the two, and moves in a transaction. */
export const broadcastRecipient = pgTable(
  "broadcast_recipient",
  {
    broadcastId: uuid("broadcast_id").notNull(),
    userId: uuid("user_id").notNull(),
  },
  (table) => [
    primaryKey({ name: "broadcast_recipient_pkey", columns: [table.broadcastId, table.userId] }),
    index("broadcast_recipient_user_idx").on(table.userId),
  ],
);
