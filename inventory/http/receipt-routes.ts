import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { readCsvBody } from "../../shared/http/csv-body.ts";
import { csvRecords } from "../../shared/http/csv-records.ts";
import { idempotencyKeyOf } from "../../shared/http/idempotency-key.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import { FILE_MAX_BYTES } from "../../shared/http/service-app.ts";
import { turnstile } from "../../shared/http/turnstile.ts";
import { unavailable } from "../../shared/kernel/errors.ts";
import { staffActor } from "../domain/movement.ts";
import type { Trace } from "../usecases/ports.ts";
import type { ReceiptReport } from "../usecases/receipt-report.ts";
import type { receiveStock } from "../usecases/receive-stock.ts";
import { receiptQuery, receiptReportSchema, receiptRequestBody } from "./receipt-schemas.ts";

/** Where files are taken, and how large: the frame of the service refuses larger ones unread. */
export const receiptBodies: Readonly<Record<string, number>> = { "/v1/stock/receipts": FILE_MAX_BYTES };

/** Files at once: each is in memory while it is booked, and they would wait for each other's rows. */
const FILES_AT_ONCE = 4;
const BUSY_RETRY_SECONDS = 5;

export interface ReceiptCases {
  readonly receive: ReturnType<typeof receiveStock>;
  /** The request being served. */
  readonly trace: () => Trace;
}

/** Field by field: what was remembered comes back with its members in another order. */
const reportAnswer = (report: ReceiptReport) => ({
  dryRun: report.dryRun,
  rows: report.rows,
  received: report.received,
  units: report.units,
  created: report.created,
  failed: report.failed,
  errors: report.errors.map(({ line, column, message }) => ({ line, column, message })),
  items: report.items.map(({ sku, received, onHandBefore, onHandAfter, created }) => ({
    sku,
    received,
    onHandBefore,
    onHandAfter,
    created,
  })),
  moreItems: report.moreItems,
  ignoredColumns: [...report.ignoredColumns],
});

/** Receipts by file, for staff. */
export const receiptRoutes = (guard: AuthGuard, { receive, trace }: ReceiptCases) => {
  const oneOfFew = turnstile(FILES_AT_ONCE, () =>
    unavailable("Other files are being received: try again shortly.", BUSY_RETRY_SECONDS),
  );
  return new Elysia({ normalize: false }).use(guard).post(
    "/v1/stock/receipts",
    ({ query, principal, request, set }) =>
      oneOfFew(async () => {
        const key = idempotencyKeyOf(request);
        const { bytes, sha256 } = await readCsvBody(request, FILE_MAX_BYTES);
        const { report, replayed } = await receive({
          records: csvRecords(bytes),
          dryRun: query.dryRun === "true",
          create: query.create === "true",
          actor: staffActor(principal.userId),
          trace: trace(),
          idempotency: key === null ? null : { principal: principal.userId, key, file: sha256 },
        });
        if (replayed) set.headers["idempotency-replayed"] = "true";
        return reportAnswer(report);
      }),
    {
      audience: "staff",
      parse: "none",
      query: receiptQuery,
      response: {
        200: receiptReportSchema,
        401: problemSchema,
        403: problemSchema,
        409: problemSchema,
        413: problemSchema,
        415: problemSchema,
        422: problemSchema,
        503: problemSchema,
      },
      detail: {
        tags: ["inventory"],
        summary: "Receive a delivery by CSV",
        description:
          "Up to 20 MB. Good rows stand, bad ones are reported by line and column. With `Idempotency-Key` the same file is booked once, also when it is sent again after it broke off half way; another file under the key is 422.",
        requestBody: receiptRequestBody,
      },
    },
  );
};
