import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { csvLine } from "../../shared/http/csv-text.ts";
import { fileAnswer } from "../../shared/http/described-answers.ts";
import { problemSchema, strictObject } from "../../shared/http/schemas.ts";
import type { ExportProducts, ExportRows } from "../usecases/export-products.ts";
import { statusSchema } from "./schemas.ts";

const exportQuery = strictObject({ status: Type.Optional(statusSchema) });

/**
 * Pages of rows as the body of an answer: the next one is read when the reader has taken the last. What fails on the way breaks the
 * connection, so that half a file does not look like a whole one.
 */
const bodyOf = (first: string, rows: ExportRows): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  let waiting: string | null = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (waiting === null) {
          const page = await rows.next();
          if (page.done === true) return controller.close();
          waiting = page.value.map(csvLine).join("");
        }
        if (waiting !== "") controller.enqueue(encoder.encode(waiting));
        waiting = null;
      },
      async cancel() {
        await rows.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
};

/** `GET /v1/products/export`, for staff: all products as a file that the import reads. */
export const exportRoutes = (guard: AuthGuard, exportProducts: ExportProducts) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/v1/products/export",
    async ({ query }) => {
      const rows = exportProducts(query.status ?? null);
      // Before the answer begins, so that what fails at once is told as such.
      const first = await rows.next();
      const text = first.done === true ? "" : first.value.map(csvLine).join("");
      return new Response(bodyOf(text, rows), {
        headers: {
          "content-type": "text/csv; charset=utf-8; header=present",
          "content-disposition": 'attachment; filename="products.csv"',
          "cache-control": "no-store",
        },
      });
    },
    {
      audience: "staff",
      query: exportQuery,
      response: { 401: problemSchema, 403: problemSchema, 422: problemSchema },
      detail: {
        tags: ["products"],
        summary: "Export all products as CSV",
        description:
          "Streamed, in the columns that `POST /v1/products/import` reads: sent back as it is it changes nothing. Cells that a spreadsheet would take for formulas begin with an apostrophe, which the import takes off again. Each product once at most, as it was when it was read.",
        responses: fileAnswer(
          "text/csv",
          "UTF-8, commas, a header row",
          "sku,name,description,price,currency,barcode,category,images,status,attributes,attribute.colour\r\nMUG-BLUE,Blue mug,Holds 350 ml.,12.99,USD,4006381333931,Kitchen > Mugs,,active,,blue\r\n",
        ),
      },
    },
  );
