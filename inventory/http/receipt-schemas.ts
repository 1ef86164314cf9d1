import { Type } from "@sinclair/typebox";
import { nullable, strictObject } from "../../shared/http/schemas.ts";
import { REPORTED_ERRORS_MAX, REPORTED_ITEMS_MAX } from "../usecases/receipt-report.ts";

const flag = (description: string) =>
  Type.Optional(
    Type.Unsafe<"true" | "false">(
      Type.String({
        enum: ["true", "false"],
        pattern: "^(true|false)$",
        error: "must be true or false",
        description,
      }),
    ),
  );

export const receiptQuery = strictObject({
  dryRun: flag("Changes nothing, and answers what would be"),
  create: flag("Makes levels for SKUs that have none; otherwise their rows are reported"),
});

const count = (description: string) => Type.Integer({ minimum: 0, description });

export const receiptReportSchema = strictObject(
  {
    dryRun: Type.Boolean(),
    rows: count("Rows of the file: received + failed"),
    received: count("Rows that were booked"),
    units: count("Units that were booked"),
    created: count("Levels that were made"),
    failed: count("Rows that were not booked"),
    errors: Type.Array(
      strictObject({
        line: Type.Integer({
          minimum: 1,
          description: "Where the row begins in the file; the header is line 1",
        }),
        column: nullable(Type.String({ description: "null: the whole row" })),
        message: Type.String(),
      }),
      { description: `The first ${REPORTED_ERRORS_MAX} rows that were not booked` },
    ),
    items: Type.Array(
      strictObject({
        sku: Type.String(),
        received: Type.Integer(),
        onHandBefore: Type.Integer(),
        onHandAfter: Type.Integer(),
        created: Type.Boolean(),
      }),
      { description: `The first ${REPORTED_ITEMS_MAX} SKUs of the file, in units` },
    ),
    moreItems: Type.Boolean({ description: "There are more SKUs than items" }),
    ignoredColumns: Type.Array(Type.String(), { description: "Columns that were not read, by name" }),
  },
  {
    examples: [
      {
        dryRun: false,
        rows: 3,
        received: 2,
        units: 34,
        created: 0,
        failed: 1,
        errors: [{ line: 4, column: "quantity", message: "must be a whole number from 1 to 1000000000" }],
        items: [
          { sku: "MUG-BLUE", received: 24, onHandBefore: 16, onHandAfter: 40, created: false },
          { sku: "VASE-LAST", received: 10, onHandBefore: 0, onHandAfter: 10, created: false },
        ],
        moreItems: false,
        ignoredColumns: [],
      },
    ],
  },
);

/** The body as the API page shows it: it is read as it comes, so no schema of the route says this. */
export const receiptRequestBody = {
  required: true,
  description:
    "A header row with `sku` (or `variant sku`, `stockcode`), `quantity` (or `qty`, `received`, `units`) and, if you like, `note`; commas or semicolons, UTF-8.",
  content: {
    "text/csv": {
      schema: { type: "string" as const },
      example: "sku,quantity,note\nMUG-BLUE,24,Delivery of the 4th\nVASE-LAST,10,\n",
    },
  },
};
