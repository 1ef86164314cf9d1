import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { thisTransaction, transactionId } from "../../shared/sql/transaction-horizon.ts";
import type { Address, Payment } from "../domain/order.ts";

export * from "../../shared/outbox/schema.ts";
export * from "../../shared/people/schema.ts";
export * from "../../shared/replicas/schema.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });

export const orderNumber = pgSequence("order_number");

/** `K-000041`; from a million on it is simply longer. */
const nextNumber = sql`'K-' || to_char(nextval('order_number'), 'FM999999999999000000')`;

export const customerOrder = pgTable(
  "customer_order",
  {
    id: uuid().primaryKey(),
    number: text().notNull().default(nextNumber),
    userId: uuid("user_id").notNull(),
    status: text({
      enum: ["pending", "confirmed", "rejected", "packed", "shipped", "delivered", "cancelled", "returned"],
    }).notNull(),
    version: integer().notNull(),
    currency: text().notNull(),
    totalMinor: bigint("total_minor", { mode: "number" }).notNull(),
    note: text(),
    address: jsonb().$type<Address>(),
    payment: jsonb().$type<Payment>().notNull().default({ provider: "manual" }),
    /** Who of the shop's people looks after it, and since when. */
    claimedBy: uuid("claimed_by"),
    claimedAt: moment("claimed_at"),
    /** Set when an admin has put it away: lists leave it out. */
    archivedAt: moment("archived_at"),
    /** The transaction that gave it its version: what the stream of orders goes by. */
    changedTx: transactionId("changed_tx").notNull().default(thisTransaction),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("customer_order_changed_idx").on(table.changedTx, table.id),
    uniqueIndex("customer_order_number_key").on(table.number),
    index("customer_order_user_idx").on(table.userId, table.id.desc()),
    index("customer_order_status_idx").on(table.status, table.id.desc()),
    check(
      "customer_order_status_known",
      sql`${table.status} in ('pending', 'confirmed', 'rejected', 'packed', 'shipped', 'delivered', 'cancelled', 'returned')`,
    ),
    check("customer_order_claim_whole", sql`(${table.claimedBy} is null) = (${table.claimedAt} is null)`),
    check("customer_order_total_not_negative", sql`${table.totalMinor} >= 0`),
    check("customer_order_version_positive", sql`${table.version} > 0`),
    check("customer_order_currency_code", sql`${table.currency} ~ '^[A-Z]{3}$'`),
  ],
);

/** Name and price as they were when the order was placed; the currency is the order's. */
export const orderLine = pgTable(
  "order_line",
  {
    id: uuid().primaryKey(),
    orderId: uuid("order_id")
      .notNull()
      .references(() => customerOrder.id, { onDelete: "cascade" }),
    /** From 0, in the order in which the buyer named them. */
    position: integer().notNull(),
    sku: text().notNull(),
    productId: uuid("product_id").notNull(),
    name: text().notNull(),
    quantity: integer().notNull(),
    unitPriceMinor: bigint("unit_price_minor", { mode: "number" }).notNull(),
  },
  (table) => [
    uniqueIndex("order_line_position_key").on(table.orderId, table.position),
    check("order_line_quantity_in_range", sql`${table.quantity} between 1 and 10000`),
    check("order_line_price_not_negative", sql`${table.unitPriceMinor} >= 0`),
  ],
);

/** What is known of the request that placed an order, for whoever finishes its saga. */
export interface SagaOrigin {
  readonly requestId: string;
  readonly traceparent?: string;
  /** The idempotency record that waits for the outcome. */
  readonly idempotency?: { readonly principal: string; readonly route: string; readonly key: string };
}

export const saga = pgTable(
  "saga",
  {
    orderId: uuid("order_id")
      .primaryKey()
      .references(() => customerOrder.id, { onDelete: "cascade" }),
    step: text().notNull(),
    /** The fence: an answer to an ask of another version changes nothing. */
    version: integer().notNull(),
    attempts: integer().notNull(),
    /** When the sweeper takes it, by the database's clock. */
    nextAt: moment("next_at"),
    /** Why the last attempt got no answer, for an operator; null when it got one. */
    problem: text(),
    /** What its step carries with it. */
    payload: jsonb().notNull(),
    origin: jsonb().$type<SagaOrigin>().notNull(),
    updatedAt: moment("updated_at").notNull(),
    finishedAt: moment("finished_at"),
  },
  (table) => [
    index("saga_due_idx").on(table.nextAt).where(sql`${table.finishedAt} is null`),
    check(
      "saga_step_known",
      sql`${table.step} in ('reserving', 'paying', 'securing', 'confirmed', 'changing', 'fulfilling', 'shipped', 'returning', 'returned', 'releasing', 'voiding', 'cancelled', 'rejected')`,
    ),
    check("saga_unfinished_is_due", sql`(${table.finishedAt} is null) = (${table.nextAt} is not null)`),
  ],
);

/** Append-only: every step of an order with its actor and cause. */
export const orderTimeline = pgTable(
  "order_timeline",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    orderId: uuid("order_id")
      .notNull()
      .references(() => customerOrder.id, { onDelete: "cascade" }),
    at: moment("at").notNull(),
    actorKind: text("actor_kind", { enum: ["user", "staff", "system"] }).notNull(),
    actorId: text("actor_id"),
    what: text().notNull(),
    cause: text(),
    /** The W3C trace in which it happened; null for what happened before traces were kept. */
    traceId: text("trace_id"),
  },
  (table) => [
    index("order_timeline_order_idx").on(table.orderId, table.id),
    // What a member of the staff has done, for their export: the steps of sagas are not in it.
    index("order_timeline_staff_idx").on(table.actorId, table.id).where(sql`${table.actorKind} = 'staff'`),
  ],
);

/** Replica of auth's users, with the version of the owner. A deleted user stays, so that older news is known as such. */
export const userReplica = pgTable(
  "user_replica",
  {
    id: uuid().primaryKey(),
    version: integer().notNull(),
    name: text().notNull(),
    phone: text(),
    role: text({ enum: ["customer", "staff", "admin"] }).notNull(),
    status: text({ enum: ["active", "blocked"] }).notNull(),
    deleted: boolean().notNull().default(false),
  },
  (table) => [check("user_replica_version_positive", sql`${table.version} > 0`)],
);

/** Replica of the catalog's products. A SKU may pass from one product to another, so it is not unique here. */
export const productReplica = pgTable(
  "product_replica",
  {
    id: uuid().primaryKey(),
    sku: text().notNull(),
    version: integer().notNull(),
    name: text().notNull(),
    priceMinor: bigint("price_minor", { mode: "number" }).notNull(),
    currency: text().notNull(),
    status: text({ enum: ["draft", "active", "archived"] }).notNull(),
    deleted: boolean().notNull().default(false),
  },
  (table) => [
    index("product_replica_sku_idx").on(table.sku),
    check("product_replica_version_positive", sql`${table.version} > 0`),
    check("product_replica_price_not_negative", sql`${table.priceMinor} >= 0`),
  ],
);
