import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { thisTransaction, transactionId } from "../../shared/sql/transaction-horizon.ts";
import { movementKinds } from "../domain/movement.ts";
import { supplies } from "../domain/stock-level.ts";

export * from "../../shared/outbox/schema.ts";
export * from "../../shared/people/schema.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });

export const stockLevel = pgTable(
  "stock_level",
  {
    sku: text().primaryKey(),
    onHand: integer("on_hand").notNull(),
    reserved: integer().notNull(),
    /** Number of the newest movement. */
    version: integer().notNull(),
    lowStockThreshold: integer("low_stock_threshold").notNull(),
    /** What the shop's people have been told of it. */
    told: text({ enum: supplies }).notNull().default("enough"),
    /** A deleted level stays as a row, so that its versions keep rising. */
    deleted: boolean().notNull().default(false),
    /** The transaction that changed it last: what `/internal/stock/changes` pages by. */
    changedTx: transactionId("changed_tx").notNull().default(thisTransaction),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("stock_level_changed_idx").on(table.changedTx, table.sku),
    check("stock_level_on_hand_check", sql`${table.onHand} >= 0`),
    check("stock_level_reserved_check", sql`${table.reserved} >= 0`),
    check("stock_level_available_check", sql`${table.onHand} - ${table.reserved} >= 0`),
    check("stock_level_deleted_check", sql`not ${table.deleted} or ${table.onHand} = 0`),
    check("stock_level_units_check", sql`${table.onHand} <= 1000000000`),
    check("stock_level_threshold_check", sql`${table.lowStockThreshold} >= 0`),
    check("stock_level_told_check", sql`${table.told} in ('enough', 'low', 'out')`),
    check("stock_level_version_check", sql`${table.version} >= 0`),
  ],
);

export const reservation = pgTable(
  "reservation",
  {
    orderId: uuid("order_id").primaryKey(),
    status: text({ enum: ["held", "fulfilled", "released", "expired", "returned"] }).notNull(),
    /** The fence of its lines: only a higher one may replace them. */
    revision: integer().notNull().default(1),
    /** Null: held until released or fulfilled. */
    expiresAt: moment("expires_at"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("reservation_due_idx").on(table.expiresAt).where(sql`${table.status} = 'held'`),
    index("reservation_status_idx").on(table.status, table.orderId),
    check(
      "reservation_status_check",
      sql`${table.status} in ('held', 'fulfilled', 'released', 'expired', 'returned')`,
    ),
    check("reservation_revision_check", sql`${table.revision} > 0`),
  ],
);

export const reservationLine = pgTable(
  "reservation_line",
  {
    orderId: uuid("order_id")
      .notNull()
      .references(() => reservation.orderId, { onDelete: "cascade" }),
    sku: text().notNull(),
    quantity: integer().notNull(),
  },
  (table) => [
    primaryKey({ name: "reservation_line_pkey", columns: [table.orderId, table.sku] }),
    index("reservation_line_sku_idx").on(table.sku),
    check("reservation_line_quantity_check", sql`${table.quantity} > 0`),
  ],
);

/** The ledger. A trigger of its own migration refuses every change to it. */
export const stockMovement = pgTable(
  "stock_movement",
  {
    sku: text().notNull(),
    /** The level's version after it: numbers the movements of a SKU from 1, without gaps. */
    versionAfter: integer("version_after").notNull(),
    kind: text({ enum: movementKinds }).notNull(),
    onHandDelta: integer("on_hand_delta").notNull(),
    reservedDelta: integer("reserved_delta").notNull(),
    onHandAfter: integer("on_hand_after").notNull(),
    reservedAfter: integer("reserved_after").notNull(),
    reason: text(),
    note: text(),
    actorKind: text("actor_kind", { enum: ["staff", "system"] }).notNull(),
    actorId: text("actor_id"),
    orderId: uuid("order_id"),
    /** The W3C trace in which it was booked; null for what was booked before traces were kept. */
    traceId: text("trace_id"),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "stock_movement_pkey", columns: [table.sku, table.versionAfter] }),
    // What a member of the staff has booked, for their export: the movements of orders are not in it.
    index("stock_movement_staff_idx")
      .on(table.actorId, table.sku, table.versionAfter)
      .where(sql`${table.actorKind} = 'staff'`),
    check("stock_movement_version_check", sql`${table.versionAfter} > 0`),
    check(
      "stock_movement_after_check",
      sql`${table.onHandAfter} >= 0 and ${table.reservedAfter} >= 0 and ${table.onHandAfter} - ${table.reservedAfter} >= 0`,
    ),
  ],
);
