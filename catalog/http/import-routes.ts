import { Elysia } from "elysia";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { openCsvBody } from "../../shared/http/csv-body.ts";
import { csvRecordsOf } from "../../shared/http/csv-records.ts";
import { idempotencyKeyOf } from "../../shared/http/idempotency-key.ts";
import { PAGE_LIMIT_DEFAULT, problemSchema } from "../../shared/http/schemas.ts";
import { FILE_MAX_BYTES } from "../../shared/http/service-app.ts";
import { turnstile } from "../../shared/http/turnstile.ts";
import { KioskError, notFound } from "../../shared/kernel/errors.ts";
import { isUuid, type NewId } from "../../shared/kernel/ids.ts";
import type { ImportReads } from "../usecases/import-ports.ts";
import type { ImportProducts } from "../usecases/import-products.ts";
import {
  importAnswerSchema,
  importCursor,
  importPageSchema,
  importParams,
  importPosition,
  importQuery,
  importRecordSchema,
  importRequestBody,
  importsQuery,
  progressBody,
  reportBody,
} from "./import-schemas.ts";

/** Where files are taken, and how large: the frame of the service refuses larger ones unread. */
export const importBodies: Readonly<Record<string, number>> = { "/v1/products/import": FILE_MAX_BYTES };

/** Files at once: what has come of each and is not yet worked on is in memory. */
const FILES_AT_ONCE = 4;
const BUSY_RETRY_SECONDS = 5;

export interface ImportCases {
  readonly run: ImportProducts;
  readonly reads: ImportReads;
  readonly newId: NewId;
}

const tags = ["products"];

/** The hash of a key as a UUID (version 8, RFC 9562): a key that is no UUID names an import too, one of this person. */
const uuidOf = (text: string): string => {
  const hex = new Bun.CryptoHasher("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Which import a request is: by `importId`, else by its key, else a new one. */
const importIdOf = (
  request: Request,
  importId: string | undefined,
  { userId }: Principal,
  newId: NewId,
): string => {
  const key = idempotencyKeyOf(request);
  if (importId !== undefined) return importId.toLowerCase();
  if (key === null) return newId();
  return isUuid(key) ? key.toLowerCase() : uuidOf(`${userId} ${key}`);
};

// Not 503: that many files at once say nothing of the health of the service.
const busy = (): KioskError =>
  new KioskError("TRY_LATER", "Other files are being imported: try again shortly.", {
    retryAfterSeconds: BUSY_RETRY_SECONDS,
  });

const importRoute = (guard: AuthGuard, { run, newId }: ImportCases) => {
  const oneOfFew = turnstile(FILES_AT_ONCE, busy);
  return new Elysia({ normalize: false }).use(guard).post(
    "/v1/products/import",
    ({ query, principal, request, set }) =>
      oneOfFew(async () => {
        const id = importIdOf(request, query.importId, principal, newId);
        const upload = openCsvBody(request, FILE_MAX_BYTES);
        const { report, replayed } = await run({
          id,
          dryRun: query.dryRun === "true",
          records: csvRecordsOf(upload.parts),
          upload: {
            totalBytes: upload.declaredBytes,
            bytes: () => upload.bytes,
            isUtf8: () => upload.isUtf8,
            sha256: () => upload.sha256(),
          },
        });
        if (replayed) set.headers["idempotency-replayed"] = "true";
        return { id, ...reportBody(report) };
      }),
    {
      audience: "staff",
      parse: "none",
      query: importQuery,
      response: {
        200: importAnswerSchema,
        401: problemSchema,
        403: problemSchema,
        409: problemSchema,
        413: problemSchema,
        415: problemSchema,
        422: problemSchema,
        429: problemSchema,
        503: problemSchema,
      },
      detail: {
        tags,
        summary: "Import products by CSV",
        description:
          "Streamed: rows are imported as they come. A product is known by its SKU: what a row says overwrites, what it leaves empty stays. Good rows stand, bad ones are reported by line and column. The same file again changes nothing, so one that broke off is sent again. `GET /v1/products/imports/{id}/stream` tells how far it is.",
        requestBody: importRequestBody,
      },
    },
  );
};

const readRoutes = (guard: AuthGuard, { reads }: ImportCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/products/imports",
      async ({ query }) => {
        const limit = query.limit ?? PAGE_LIMIT_DEFAULT;
        const found = await reads.page(limit + 1, importPosition(query.cursor));
        const [items, last] = [found.slice(0, limit), found[limit - 1]];
        const nextCursor = found.length > limit && last !== undefined ? importCursor(last) : null;
        return { items: items.map(progressBody), nextCursor };
      },
      {
        audience: "staff",
        query: importsQuery,
        response: { 200: importPageSchema, 401: problemSchema, 403: problemSchema, 422: problemSchema },
        detail: {
          tags,
          summary: "List imports",
          description: "Newest first; kept for 30 days.",
        },
      },
    )
    .get(
      "/v1/products/imports/:id",
      async ({ params }) => {
        const record = await reads.find(params.id.toLowerCase());
        if (record === null) throw notFound("import");
        return { ...progressBody(record), report: record.report && reportBody(record.report) };
      },
      {
        audience: "staff",
        params: importParams,
        response: { 200: importRecordSchema, 401: problemSchema, 403: problemSchema, 404: problemSchema },
        detail: {
          tags,
          summary: "Read an import",
          description: "How far it is, and at its end what became of the file.",
        },
      },
    );

/** Imports of products by file, for staff. */
export const importRoutes = (guard: AuthGuard, cases: ImportCases) =>
  new Elysia({ normalize: false }).use(importRoute(guard, cases)).use(readRoutes(guard, cases));
