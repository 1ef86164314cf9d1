import { sql } from "drizzle-orm";
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

// Every service has these tables in its own database: its `store/schema.ts` re-exports them, so that its own
// migrations make them.

const moment = (name: string) => timestamp(name, { withTimezone: true });

/** Events to be published. A row is written in the transaction of the change that it tells of. */
export const outbox = pgTable(
  "outbox",
  {
    position: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    id: uuid().notNull(),
    exchange: text().notNull(),
    /** A whole CloudEvents envelope. */
    event: jsonb().notNull(),
    /** The envelope's subject: events of one aggregate keep their order. */
    aggregate: text().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    publishedAt: moment("published_at"),
    /** Publishing attempts that failed. */
    attempts: integer().notNull().default(0),
  },
  (table) => [
    uniqueIndex("outbox_id_key").on(table.id),
    index("outbox_unpublished_idx").on(table.position).where(sql`${table.publishedAt} is null`),
    index("outbox_published_idx").on(table.publishedAt).where(sql`${table.publishedAt} is not null`),
  ],
);

/** Who may do what alone now (publish, fill a replica): a row each, taken by whoever comes first once `until` has passed. */
export const outboxLease = pgTable("outbox_lease", {
  name: text().primaryKey(),
  holder: uuid().notNull(),
  until: moment("until").notNull(),
});

/** Events that a queue of this service has handled: written in the transaction of their effect. */
export const inbox = pgTable(
  "inbox",
  {
    queue: text().notNull(),
    eventId: uuid("event_id").notNull(),
    handledAt: moment("handled_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: "inbox_pkey", columns: [table.queue, table.eventId] }),
    index("inbox_handled_idx").on(table.handledAt),
  ],
);

/**
 * Events that came again and whose handling has begun: the row goes with the effect, so that it stays where the process
 * ended instead.
 */
export const inboxAttempt = pgTable(
  "inbox_attempt",
  {
    queue: text().notNull(),
    eventId: uuid("event_id").notNull(),
    /** Processes that have begun to handle it, the one that had it first included. */
    attempts: integer().notNull(),
    /** The life of a process that was the last to begin: it counts once, however often it tries. */
    process: uuid(),
    begunAt: moment("begun_at").notNull(),
  },
  (table) => [primaryKey({ name: "inbox_attempt_pkey", columns: [table.queue, table.eventId] })],
);

/** Messages that could not be handled and wait for a person: replay or drop. */
export const parkedMessage = pgTable(
  "parked_message",
  {
    id: uuid().primaryKey(),
    queue: text().notNull(),
    /** The envelope; null where the message was not one. */
    event: jsonb(),
    /** The message as it came, where it was no envelope. */
    raw: text(),
    /** Why, without values and SQL. */
    error: text().notNull(),
    attempts: integer().notNull(),
    parkedAt: moment("parked_at").notNull().defaultNow(),
    state: text({ enum: ["parked", "replayed", "dropped"] })
      .notNull()
      .default("parked"),
    resolvedAt: moment("resolved_at"),
    /** Why it was dropped. */
    resolution: text(),
  },
  (table) => [index("parked_message_state_idx").on(table.state, table.id)],
);

/** Answers that are remembered for a repeated `Idempotency-Key`. `status` is null while the work still runs. */
export const idempotencyKey = pgTable(
  "idempotency_key",
  {
    principal: text().notNull(),
    /** Method and path template, such as `POST /v1/orders`. */
    route: text().notNull(),
    key: text().notNull(),
    requestHash: text("request_hash").notNull(),
    status: integer(),
    body: jsonb(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: "idempotency_key_pkey", columns: [table.principal, table.route, table.key] }),
    index("idempotency_key_created_idx").on(table.createdAt),
  ],
);
