import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { type AttributeValue, productStatuses } from "../domain/product.ts";
import type { Units } from "../domain/sales.ts";

export * from "../../shared/outbox/schema.ts";
export * from "../../shared/people/schema.ts";

/** Milliseconds, as JavaScript has them: a time that was read and sent back equals the one in the table. */
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const counter = (name: string) => bigint(name, { mode: "number" });

export const category = pgTable(
  "category",
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    slug: text().notNull(),
    parentId: uuid("parent_id").references((): AnyPgColumn => category.id, { onDelete: "restrict" }),
    version: integer().notNull(),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("category_slug_key").on(table.slug),
    index("category_parent_idx").on(table.parentId),
    check("category_not_own_parent", sql`${table.parentId} <> ${table.id}`),
    check("category_version_positive", sql`${table.version} > 0`),
  ],
);

/** One row: the version of the tree as a whole. Whoever changes the tree locks it, so changes come one by one. */
export const categoryTree = pgTable(
  "category_tree",
  { id: smallint().primaryKey().default(1), version: counter("version").notNull() },
  (table) => [check("category_tree_one_row", sql`${table.id} = 1`)],
);

/** What of a name decides the order by name: 60 characters, since it has to fit into a cursor. */
export const sortedName = (name: AnyPgColumn) => sql<string>`left(lower(${name}), 60)`;

/** What a search looks into; written as in the index, so that the index is used. */
export const searchedText = (name: AnyPgColumn, sku: AnyPgColumn) => sql<string>`(${name} || ' ' || ${sku})`;

export const product = pgTable(
  "product",
  {
    id: uuid().primaryKey(),
    sku: text().notNull(),
    slug: text().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    priceMinor: counter("price_minor").notNull(),
    currency: text().notNull(),
    categoryId: uuid("category_id"),
    images: jsonb().$type<readonly string[]>().notNull(),
    attributes: jsonb().$type<Readonly<Record<string, AttributeValue>>>().notNull(),
    status: text({ enum: productStatuses }).notNull(),
    version: integer().notNull(),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
    deletedAt: moment("deleted_at"),
  },
  (table) => [
    // A category is deleted only when no living product is in it; those that were deleted before forget it.
    foreignKey({
      name: "product_category_fkey",
      columns: [table.categoryId],
      foreignColumns: [category.id],
    }).onDelete("set null"),
    uniqueIndex("product_sku_key").on(table.sku).where(sql`${table.deletedAt} is null`),
    uniqueIndex("product_slug_key").on(table.slug).where(sql`${table.deletedAt} is null`),
    index("product_newest_idx").on(table.createdAt, table.id).where(sql`${table.deletedAt} is null`),
    index("product_price_idx").on(table.priceMinor, table.id).where(sql`${table.deletedAt} is null`),
    index("product_name_idx").on(sortedName(table.name), table.id).where(sql`${table.deletedAt} is null`),
    // Trigrams, so that any part of a word is found. The migration makes the extension pg_trgm first, by hand.
    index("product_search_idx")
      .using("gin", sql`${searchedText(table.name, table.sku)} gin_trgm_ops`)
      .where(sql`${table.deletedAt} is null`),
    index("product_category_idx").on(table.categoryId).where(sql`${table.deletedAt} is null`),
    check("product_price_not_negative", sql`${table.priceMinor} >= 0`),
    check("product_currency_code", sql`${table.currency} ~ '^[A-Z]{3}$'`),
    check("product_status_known", sql`${table.status} in ('draft', 'active', 'archived')`),
    check("product_version_positive", sql`${table.version} > 0`),
  ],
);

/**
 * Units sold, counted from the orders' events. One row a product, apart from it: sales come much more often than
 * edits, and a change of the product's row is a change of all its indexes.
 */
export const productSales = pgTable(
  "product_sales",
  {
    productId: uuid("product_id")
      .primaryKey()
      .references(() => product.id, { onDelete: "cascade" }),
    units: counter("units").notNull().default(0),
  },
  (table) => [
    index("product_sales_units_idx").on(table.units, table.productId),
    check("product_sales_not_negative", sql`${table.units} >= 0`),
  ],
);

/** What inventory last said of each SKU. */
export const stockReplica = pgTable(
  "stock_replica",
  {
    sku: text().primaryKey(),
    available: counter("available").notNull(),
    onHand: counter("on_hand").notNull(),
    reserved: counter("reserved").notNull(),
    version: counter("version").notNull(),
    /** False when the stock level has been deleted; the row stays, so that older news is known to be old. */
    exists: boolean().notNull(),
    occurredAt: moment("occurred_at").notNull(),
  },
  (table) => [
    check(
      "stock_replica_counts",
      sql`${table.available} >= 0 and ${table.onHand} >= 0 and ${table.reserved} >= 0`,
    ),
    check("stock_replica_version_positive", sql`${table.version} > 0`),
  ],
);

/** How far a replica has read its source. */
export const replicaCursor = pgTable("replica_cursor", {
  name: text().primaryKey(),
  cursor: text().notNull(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});

/** The units that each order has been counted with, so that a change counts the difference. */
export const countedOrder = pgTable("counted_order", {
  orderId: uuid("order_id").primaryKey(),
  orderVersion: counter("order_version").notNull(),
  units: jsonb().$type<Units>().notNull(),
});
