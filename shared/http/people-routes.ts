import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { ErasePersonAnswer, ErasePersonRequest } from "../contracts/internal-people.ts";
import { type ExportPosition, exportPositionSchema, type ReadExportPage } from "../people/export-page.ts";
import type { AuthGuard } from "./auth-guard.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { idSchema, nullable, problemSchema, strictObject } from "./schemas.ts";

export interface PeopleCases {
  readonly readExport: ReadExportPage;
  readonly erase: (userId: string, request: ErasePersonRequest) => Promise<ErasePersonAnswer>;
}

const tags = ["internal"];
const params = strictObject({ userId: idSchema });

const pageSchema = strictObject({
  parts: Type.Array(Type.String()),
  items: Type.Array(
    strictObject({ part: Type.String(), record: Type.Record(Type.String(), Type.Unknown()) }),
  ),
  nextCursor: nullable(Type.String()),
});

export const erasedSchema = strictObject({
  what: Type.String({ examples: ["delivery addresses"] }),
  count: Type.Integer(),
});
export const keptSchema = strictObject({
  what: Type.String({ examples: ["orders with their lines and amounts"] }),
  why: Type.String(),
  until: nullable(Type.String({ description: "null: for as long as the books are kept" })),
  count: nullable(Type.Integer()),
});

const answerSchema = strictObject({
  state: Type.Union([Type.Literal("done"), Type.Literal("waiting")]),
  retryAfterSeconds: nullable(Type.Integer()),
  erased: Type.Array(erasedSchema),
  kept: Type.Array(keptSchema),
});

const requestSchema = strictObject({
  erasureId: idSchema,
  userVersion: Type.Integer({ minimum: 1 }),
  telegramUserId: nullable(Type.Integer({ minimum: 1 })),
});

/** What auth asks of every service about a person: tell it all, and erase it. */
export const peopleRoutes = (guard: AuthGuard, { readExport, erase }: PeopleCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/internal/people/:userId/export",
      async ({ params: { userId }, query }) => {
        const from: ExportPosition | null = decodeCursor(query.cursor, exportPositionSchema);
        const { next, ...page } = await readExport(userId, from);
        // Times as they look in JSON, before the answer is compared with its schema.
        const plain: typeof page = JSON.parse(JSON.stringify(page));
        return { ...plain, nextCursor: next === null ? null : encodeCursor(next) };
      },
      {
        openTo: "service",
        params,
        query: strictObject({ cursor: Type.Optional(Type.String({ maxLength: 2_048 })) }),
        response: { 200: pageSchema, 401: problemSchema, 422: problemSchema },
        detail: {
          summary: "What is held about a person",
          description: "Called by auth, page by page.",
          tags,
        },
      },
    )
    .put("/internal/people/:userId/erasure", ({ params: { userId }, body }) => erase(userId, body), {
      openTo: "service",
      parse: "json",
      params,
      body: requestSchema,
      response: { 200: answerSchema, 401: problemSchema, 409: problemSchema, 422: problemSchema },
      detail: {
        summary: "Erase a person",
        description: "Called by auth, again and again until it is `done`; idempotent by erasure id.",
        tags,
      },
    });
