import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
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
import { UNPLACED } from "../domain/category-order.ts";
import { type AttributeValue, productStatuses } from "../domain/product.ts";
import type { Units } from "../domain/sales.ts";
import { type ImportProblem, importStates } from "../usecases/import-ports.ts";
import type { ImportCounts, ImportReport } from "../usecases/import-report.ts";

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
    // Not unique: an older instance, which numbers nothing, may run beside this one.
    position: integer().notNull().default(UNPLACED),
    version: integer().notNull(),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("category_slug_key").on(table.slug),
    index("category_parent_idx").on(table.parentId),
    check("category_not_own_parent", sql`${table.parentId} <> ${table.id}`),
    check("category_position_not_negative", sql`${table.position} >= 0`),
    check("category_version_positive", sql`${table.version} > 0`),
  ],
);

/** One row: the version of the tree as a whole. Whoever changes the tree locks it, so changes come one by one. */
export const categoryTree = pgTable(
  "category_tree",
  { id: smallint().primaryKey().default(1), version: counter("version").notNull() },
  (table) => [check("category_tree_one_row", sql`${table.id} = 1`)],
);

/**
 * One row: rises by one with every transaction that changes products or categories, as that commits. Triggers see to it and
 * tell of the change in the same transaction, whoever makes it: see the migration `catalogue_revision`.
 */
export const catalogueRevision = pgTable(
  "catalogue_revision",
  {
    id: smallint().primaryKey().default(1),
    revision: counter("revision").notNull(),
    /** Of this catalogue and no other, so that catalogues whose revisions are alike may share a store. */
    identity: uuid().notNull().defaultRandom(),
  },
  (table) => [check("catalogue_revision_one_row", sql`${table.id} = 1`)],
);

/** What of a name decides the order by name: 60 characters, since it has to fit into a cursor. */
export const sortedName = (name: AnyPgColumn) => sql<string>`left(lower(${name}), 60)`;

export const product = pgTable(
  "product",
  {
    id: uuid().primaryKey(),
    sku: text().notNull(),
    slug: text().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    barcode: text(),
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
    index("product_barcode_idx")
      .on(table.barcode)
      .where(sql`${table.deletedAt} is null and ${table.barcode} is not null`),
    // The status as well, so that the tree's numbers of public products are counted in the index alone.
    index("product_category_idx").on(table.categoryId, table.status).where(sql`${table.deletedAt} is null`),
    check("product_price_not_negative", sql`${table.priceMinor} >= 0`),
    check("product_currency_code", sql`${table.currency} ~ '^[A-Z]{3}$'`),
    check("product_status_known", sql`${table.status} in ('draft', 'active', 'archived')`),
    check("product_barcode_length", sql`char_length(${table.barcode}) between 1 and 64`),
    check("product_version_positive", sql`${table.version} > 0`),
  ],
);

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** The words of the name alone; written as in the index, so that the index is used. */
export const wordsOfName = (words: AnyPgColumn) => sql`ts_filter(${words}, '{a}')`;

/**
 * What a search looks into and counts, of each living product: kept by triggers of `product`, which the migration makes by
 * hand, so that whoever writes a product, in whatever way, has it found. Apart from the product: a new price leaves
 * the words and their index alone.
 */
export const productSearch = pgTable(
  "product_search",
  {
    productId: uuid("product_id")
      .primaryKey()
      .references(() => product.id, { onDelete: "cascade" }),
    sku: text().notNull(),
    /** SKU and barcode in small letters. */
    skuKey: text("sku_key").notNull(),
    barcodeKey: text("barcode_key"),
    /** As `searchName` of the domain has it. */
    name: text().notNull(),
    status: text({ enum: productStatuses }).notNull(),
    priceMinor: counter("price_minor").notNull(),
    categoryId: uuid("category_id"),
    /** Each as its name, a line break and its value. */
    attributes: text().array().notNull(),
    /**
     * The words: A of the name, B of SKU and barcode, C of the attributes, D of the description; and, so that one index answers all,
     * `@` with the hexadecimal id of the category, `=` with half the MD5 of an attribute as it stands above.
     */
    words: tsvector().notNull(),
  },
  (table) => [
    index("product_search_words_idx").using("gin", table.words),
    index("product_search_names_idx").using("gin", wordsOfName(table.words)),
    index("product_search_sku_idx").on(table.skuKey),
    index("product_search_barcode_idx").on(table.barcodeKey),
    index("product_search_name_idx").on(table.name),
  ],
);

/** Every word that a public product has had, for words that are written almost so. Twice where two brought it at once: nobody waits here. */
export const searchWord = pgTable("search_word", { word: text().notNull() }, (table) => [
  index("search_word_word_idx").on(table.word.op("text_pattern_ops")),
  index("search_word_trigram_idx").using("gin", table.word.op("gin_trgm_ops")),
]);

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

/** Files of products that were sent, and how far each import is. Kept for a while. */
export const productImport = pgTable(
  "product_import",
  {
    id: uuid().primaryKey(),
    /** Whoever works on it: a process that was taken for dead finds another one here. */
    run: uuid().notNull(),
    state: text({ enum: importStates }).notNull(),
    dryRun: boolean("dry_run").notNull(),
    format: text(),
    bytes: counter("bytes").notNull().default(0),
    totalBytes: counter("total_bytes"),
    counts: jsonb().$type<ImportCounts>().notNull(),
    startedAt: moment("started_at").notNull().defaultNow(),
    progressAt: moment("progress_at").notNull().defaultNow(),
    endedAt: moment("ended_at"),
    problem: jsonb().$type<ImportProblem>(),
    report: jsonb().$type<ImportReport>(),
    sha256: text(),
  },
  (table) => [
    index("product_import_started_idx").on(table.startedAt, table.id),
    check("product_import_state_known", sql`${table.state} in ('running', 'done', 'failed', 'broken-off')`),
  ],
);
