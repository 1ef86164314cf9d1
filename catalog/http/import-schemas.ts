import { Type } from "@sinclair/typebox";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import {
  idSchema,
  nullable,
  pageOf,
  pageQuery,
  strictObject,
  timeSchema,
} from "../../shared/http/schemas.ts";
import type { ImportPosition, ImportProgress } from "../usecases/import-ports.ts";
import { ROWS_MAX } from "../usecases/import-reader.ts";
import {
  type ImportReport,
  REPORTED_DIFFERENCES_MAX,
  REPORTED_ERRORS_MAX,
} from "../usecases/import-report.ts";

export const importQuery = strictObject({
  dryRun: Type.Optional(
    Type.Union([Type.Literal("true"), Type.Literal("false")], {
      error: "must be true or false",
      description: "true: changes nothing, and answers what would be",
    }),
  ),
  importId: Type.Optional(
    Type.String({
      format: "uuid",
      error: "must be a UUID",
      description:
        "To follow the import by, and to repeat it: an `Idempotency-Key` that is a UUID does the same",
    }),
  ),
});

export const importParams = strictObject({ id: idSchema });
export const importsQuery = strictObject(pageQuery);

/** The first millisecond of the year 10,000: times from there on are written with a sign, which PostgreSQL does not read. */
const TIME_END_MS = Date.UTC(10_000, 0);
const positionSchema = z
  .object({
    startedAtMs: z
      .int()
      .min(0)
      .max(TIME_END_MS - 1),
    id: z.uuid(),
  })
  .strict();
/** Where a page begins; null at the beginning. Fails with `VALIDATION`. */
export const importPosition = (cursor: string | undefined): ImportPosition | null =>
  decodeCursor(cursor, positionSchema);
/** `nextCursor` of a page that ends with this import. */
export const importCursor = ({ startedAt, id }: ImportProgress): string =>
  encodeCursor({ startedAtMs: startedAt.getTime(), id } satisfies ImportPosition);

const count = (description: string) => Type.Integer({ minimum: 0, description });
const counts = {
  rows: count("Rows that have been read: accepted + corrected + bad at the end"),
  accepted: count("Rows that stand as they are"),
  corrected: count("Rows that stand with something put right"),
  bad: count("Rows that were not imported"),
  created: count("Products that were made"),
  changed: count("Products that were changed"),
  unchanged: count("Products that were so already"),
};

const reportSchema = strictObject({
  dryRun: Type.Boolean(),
  format: Type.Union([Type.Literal("kiosk"), Type.Literal("shopify"), Type.Literal("order-lines")]),
  ...counts,
  errors: Type.Array(
    strictObject({
      line: Type.Integer({
        minimum: 1,
        description: "Where the row begins in the file; the header is line 1",
      }),
      column: nullable(Type.String({ description: "null: the whole row" })),
      message: Type.String({ description: "What is wrong, as a rule" }),
    }),
    { description: `The first ${REPORTED_ERRORS_MAX} rows that were not imported` },
  ),
  corrections: Type.Array(strictObject({ reason: Type.String(), rows: Type.Integer() })),
  differences: Type.Array(
    strictObject({
      line: Type.Integer({ minimum: 1 }),
      sku: Type.String(),
      change: Type.Union([Type.Literal("created"), Type.Literal("changed")]),
      fields: Type.Array(
        strictObject({
          field: Type.String(),
          from: nullable(Type.String()),
          to: nullable(Type.String()),
        }),
        { description: "as in a file, long texts cut" },
      ),
    }),
    { description: `The first ${REPORTED_DIFFERENCES_MAX} products that were made or changed` },
  ),
  moreDifferences: Type.Boolean({ description: "There are more than are listed" }),
  newCategories: Type.Array(Type.String(), { description: "Categories that were made; some at most" }),
  categoriesCreated: Type.Integer({ minimum: 0 }),
  ignoredColumns: Type.Array(Type.String(), { description: "Columns that were not read, by name" }),
});

const problemOfImport = nullable(
  strictObject({ code: Type.String(), message: Type.String() }, { description: "why it ended too soon" }),
);

const progressFields = {
  id: idSchema,
  state: Type.Union(
    [Type.Literal("running"), Type.Literal("done"), Type.Literal("failed"), Type.Literal("broken-off")],
    { description: "broken-off: the upload ended too soon, or whoever worked on it has died; send it again" },
  ),
  dryRun: Type.Boolean(),
  format: nullable(Type.String()),
  bytes: count("Bytes that have come"),
  totalBytes: nullable(count("null where the sender did not say")),
  ...counts,
  startedAt: timeSchema,
  progressAt: timeSchema,
  endedAt: nullable(timeSchema),
  problem: problemOfImport,
};

export const importProgressSchema = strictObject(progressFields);
export const importPageSchema = pageOf(importProgressSchema);
export const importRecordSchema = strictObject({
  ...progressFields,
  report: nullable(reportSchema),
});

export const importAnswerSchema = strictObject(
  { id: idSchema, ...reportSchema.properties },
  {
    examples: [
      {
        id: "0192f0c0-1111-7000-8000-000000000001",
        ...{ dryRun: true, format: "kiosk", rows: 3, accepted: 2, corrected: 0, bad: 1 },
        ...{ created: 0, changed: 1, unchanged: 1 },
        errors: [{ line: 4, column: "price", message: "has more decimals than USD has: 2 at most" }],
        corrections: [],
        differences: [
          {
            ...{ line: 2, sku: "MUG-BLUE", change: "changed" },
            fields: [{ field: "price", from: "12.99 USD", to: "11.99 USD" }],
          },
        ],
        ...{ moreDifferences: false, newCategories: [], categoriesCreated: 0, ignoredColumns: ["Supplier"] },
      },
    ],
  },
);

const countsBody = (of: ImportReport | ImportProgress) => ({
  rows: of.rows,
  accepted: of.accepted,
  corrected: of.corrected,
  bad: of.bad,
  created: of.created,
  changed: of.changed,
  unchanged: of.unchanged,
});

/** Field by field: what was kept comes back with its members in another order. */
export const reportBody = (report: ImportReport) => ({
  dryRun: report.dryRun,
  format: report.format,
  ...countsBody(report),
  errors: report.errors.map(({ line, column, message }) => ({ line, column, message })),
  corrections: report.corrections.map(({ reason, rows }) => ({ reason, rows })),
  differences: report.differences.map(({ line, sku, change, fields }) => ({
    ...{ line, sku, change },
    fields: fields.map(({ field, from, to }) => ({ field, from, to })),
  })),
  moreDifferences: report.moreDifferences,
  newCategories: [...report.newCategories],
  categoriesCreated: report.categoriesCreated,
  ignoredColumns: [...report.ignoredColumns],
});

export const progressBody = (progress: ImportProgress) => ({
  id: progress.id,
  state: progress.state,
  dryRun: progress.dryRun,
  format: progress.format,
  bytes: progress.bytes,
  totalBytes: progress.totalBytes,
  ...countsBody(progress),
  startedAt: progress.startedAt.toISOString(),
  progressAt: progress.progressAt.toISOString(),
  endedAt: progress.endedAt?.toISOString() ?? null,
  problem: progress.problem && { code: progress.problem.code, message: progress.problem.message },
});

/** The body as the API page shows it: it is read as it comes, so no schema of the route says this. */
export const importRequestBody = {
  required: true,
  description: `Up to 20 MB and ${ROWS_MAX} rows; commas or semicolons, UTF-8, a header row. Kiosk's own columns (sku, name, description, price, currency, barcode, category, images, status, attribute.<name> …), Shopify's product CSV, or order lines (StockCode, Description, UnitPrice).`,
  content: {
    "text/csv": {
      schema: { type: "string" as const },
      example: "sku,name,price,category,attribute.colour\nMUG-BLUE,Blue mug,12.99,Kitchen > Mugs,blue\n",
    },
  },
};
