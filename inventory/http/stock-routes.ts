import { Type } from "@sinclair/typebox";
import { Elysia, t } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import { idempotencyKeyOf } from "../../shared/http/idempotency-key.ts";
import { etagOf, expectedVersion, isNotModified } from "../../shared/http/preconditions.ts";
import { PAGE_LIMIT_DEFAULT, problemSchema } from "../../shared/http/schemas.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import { staffActor } from "../domain/movement.ts";
import type { adjustStock } from "../usecases/adjust-stock.ts";
import type { deleteStockLevel } from "../usecases/delete-stock-level.ts";
import { levelPosition, movementPosition } from "../usecases/page-positions.ts";
import type { StockReads, Trace } from "../usecases/ports.ts";
import type { setStockLevel } from "../usecases/set-stock-level.ts";
import { stockAnswer } from "../usecases/stock-answer.ts";
import { movementAnswer } from "./answers.ts";
import {
  adjustmentBody,
  movementPageSchema,
  movementQuery,
  setStockBody,
  skuParams,
  stockLevelSchema,
  stockPageSchema,
  stockQuery,
} from "./schemas.ts";

export interface StockCases {
  readonly reads: StockReads;
  readonly set: ReturnType<typeof setStockLevel>;
  readonly adjust: ReturnType<typeof adjustStock>;
  readonly remove: ReturnType<typeof deleteStockLevel>;
  /** The request being served. */
  readonly trace: () => Trace;
}

const tags = ["inventory"];

const readRoutes = (guard: AuthGuard, { reads }: StockCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/stock",
      async ({ query: { limit = PAGE_LIMIT_DEFAULT, cursor, below, q } }) => {
        const after = decodeCursor(cursor, levelPosition)?.[0] ?? null;
        const page = await reads.levels({ limit, after, low: below !== undefined, text: q ?? null });
        const last = page.items.at(-1);
        return {
          items: page.items.map(stockAnswer),
          nextCursor: page.more && last ? encodeCursor([last.sku]) : null,
        };
      },
      {
        audience: "staff",
        query: stockQuery,
        response: { 200: stockPageSchema, 401: problemSchema, 403: problemSchema, 422: problemSchema },
        detail: {
          tags,
          summary: "List stock levels",
          description: "By SKU. `below=threshold` shows only what is low, `q` only SKUs that contain a text.",
        },
      },
    )
    .get(
      "/v1/stock/:sku",
      async ({ params, request, set }) => {
        const level = await reads.level(params.sku);
        if (!level) throw notFound("stock level");
        const etag = etagOf(level.version);
        set.headers.etag = etag;
        if (!isNotModified(request, etag)) return stockAnswer(level);
        set.status = 304;
        return undefined;
      },
      {
        audience: "staff",
        params: skuParams,
        response: {
          200: stockLevelSchema,
          304: t.Void({ description: "It is still the version of `If-None-Match`" }),
          401: problemSchema,
          403: problemSchema,
          404: problemSchema,
        },
        detail: { tags, summary: "Read a stock level", description: "With its version as the ETag." },
      },
    )
    .get(
      "/v1/stock/:sku/movements",
      async ({ params: { sku }, query: { limit = PAGE_LIMIT_DEFAULT, cursor } }) => {
        const before = decodeCursor(cursor, movementPosition)?.[0] ?? null;
        const page = await reads.movements({ sku, limit, before });
        const last = page.items.at(-1);
        // A deleted level keeps its ledger, so only a SKU without any movement is unknown.
        if (!last && before === null) throw notFound("stock level");
        return {
          items: page.items.map(movementAnswer),
          nextCursor: page.more && last ? encodeCursor([last.versionAfter]) : null,
        };
      },
      {
        audience: "staff",
        params: skuParams,
        query: movementQuery,
        response: { 200: movementPageSchema, 401: problemSchema, 403: problemSchema, 404: problemSchema },
        detail: {
          tags,
          summary: "Read the ledger of a SKU",
          description: "Every change of either counter, newest first, with who made it and why.",
        },
      },
    );

const setRoute = (guard: AuthGuard, cases: StockCases) =>
  new Elysia({ normalize: false }).use(guard).put(
    "/v1/stock/:sku",
    async ({ params, body, principal, request, set }) => {
      const { level, created } = await cases.set({
        sku: params.sku,
        onHand: body.onHand,
        lowStockThreshold: body.lowStockThreshold,
        reason: body.reason ?? null,
        expectedVersion: expectedVersion(request),
        actor: staffActor(principal.userId),
        trace: cases.trace(),
      });
      set.status = created ? 201 : 200;
      set.headers.etag = etagOf(level.version);
      return level;
    },
    {
      audience: "staff",
      parse: "json",
      params: skuParams,
      body: setStockBody,
      response: {
        200: stockLevelSchema,
        201: stockLevelSchema,
        401: problemSchema,
        403: problemSchema,
        409: problemSchema,
        412: problemSchema,
        422: problemSchema,
      },
      detail: {
        tags,
        summary: "Create or correct a stock level",
        description:
          "201 when it is new. With `If-Match` only if it is still that version, with `If-None-Match: *` only if it is new (412). No fewer than are reserved (409).",
      },
    },
  );

const adjustRoute = (guard: AuthGuard, cases: StockCases) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/v1/stock/:sku/adjustments",
    async ({ params, body, principal, request, set }) => {
      const key = idempotencyKeyOf(request);
      const { level, replayed } = await cases.adjust({
        sku: params.sku,
        delta: body.delta,
        reason: body.reason,
        note: body.note ?? null,
        actor: staffActor(principal.userId),
        trace: cases.trace(),
        idempotency: key === null ? null : { principal: principal.userId, key, body },
      });
      if (replayed) set.headers["idempotency-replayed"] = "true";
      set.headers.etag = etagOf(level.version);
      return level;
    },
    {
      audience: "staff",
      parse: "json",
      params: skuParams,
      body: adjustmentBody,
      response: {
        200: stockLevelSchema,
        401: problemSchema,
        403: problemSchema,
        404: problemSchema,
        409: problemSchema,
        422: problemSchema,
      },
      detail: {
        tags,
        summary: "Adjust stock by a difference",
        description:
          "409 when more would go than is available. With `Idempotency-Key` a repetition answers the first result.",
      },
    },
  );

const deleteRoute = (guard: AuthGuard, cases: StockCases) =>
  new Elysia({ normalize: false }).use(guard).delete(
    "/v1/stock/:sku",
    async ({ params, principal, request, set }) => {
      await cases.remove({
        sku: params.sku,
        expectedVersion: expectedVersion(request),
        actor: staffActor(principal.userId),
        trace: cases.trace(),
      });
      set.status = 204;
    },
    {
      audience: "admin",
      params: skuParams,
      response: {
        204: Type.Void(),
        401: problemSchema,
        403: problemSchema,
        404: problemSchema,
        409: problemSchema,
        412: problemSchema,
      },
      detail: {
        tags,
        summary: "Delete a stock level",
        description: "Only while nothing is reserved (409). Its ledger stays.",
      },
    },
  );

/** Stock levels and their ledger, for staff. */
export const stockRoutes = (guard: AuthGuard, cases: StockCases) =>
  new Elysia({ normalize: false })
    .use(readRoutes(guard, cases))
    .use(setRoute(guard, cases))
    .use(adjustRoute(guard, cases))
    .use(deleteRoute(guard, cases));
