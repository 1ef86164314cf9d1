import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { fileAnswer } from "../../shared/http/described-answers.ts";
import { optionalJson } from "../../shared/http/optional-json.ts";
import { erasedSchema, keptSchema } from "../../shared/http/people-routes.ts";
import { idSchema, nullable, problemSchema, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import type { BegunErasure, deleteOwnAccount, deleteUser } from "../usecases/delete-user.ts";
import type { Erasure } from "../usecases/erasure-ports.ts";
import type { exportPerson } from "../usecases/export-person.ts";
import type { readErasure } from "../usecases/read-erasure.ts";

export interface ErasureCases {
  readonly deleteUser: ReturnType<typeof deleteUser>;
  readonly deleteOwnAccount: ReturnType<typeof deleteOwnAccount>;
  readonly exportPerson: ReturnType<typeof exportPerson>;
  readonly readErasure: ReturnType<typeof readErasure>;
}

/** What opens a receipt. In a header, since addresses are written into logs. */
export const RECEIPT_SECRET_HEADER = "x-receipt-secret";

const tags = ["personal data"];
const stateSchema = Type.Union([Type.Literal("running"), Type.Literal("done")]);

const EXAMPLE_ID = "0192f0c0-0000-7000-8000-000000000042";
const begunSchema = strictObject(
  {
    id: idSchema,
    state: stateSchema,
    requestedAt: timeSchema,
    receipt: Type.String({ description: "path of the receipt" }),
    receiptSecret: nullable(
      Type.String({ description: `opens the receipt, in the header ${RECEIPT_SECRET_HEADER}; told once` }),
    ),
  },
  {
    examples: [
      {
        id: EXAMPLE_ID,
        state: "running",
        requestedAt: "2025-06-01T10:00:00.000Z",
        receipt: `/v1/users/erasures/${EXAMPLE_ID}`,
        receiptSecret: "q3f…",
      },
    ],
  },
);

const begunAnswer = ({ erasure, secret }: BegunErasure): Static<typeof begunSchema> => ({
  id: erasure.id,
  state: erasure.doneAt === null ? "running" : "done",
  requestedAt: erasure.requestedAt.toISOString(),
  receipt: `/v1/users/erasures/${erasure.id}`,
  receiptSecret: secret,
});

const receiptSchema = strictObject({
  id: idSchema,
  userId: idSchema,
  state: stateSchema,
  requestedBy: Type.Union([Type.Literal("person"), Type.Literal("admin")]),
  requestedAt: timeSchema,
  doneAt: nullable(timeSchema),
  services: Type.Array(
    strictObject({
      service: Type.String({ examples: ["orders"] }),
      state: stateSchema,
      answeredAt: nullable(timeSchema),
      erased: Type.Array(erasedSchema),
      kept: Type.Array(keptSchema),
    }),
  ),
  lastMessage: nullable(
    Type.String({ description: "waiting, sent, unknown, unreachable or given-up; null while it is not due" }),
  ),
});

const receiptAnswer = (erasure: Erasure): Static<typeof receiptSchema> => {
  const farewell = erasure.parts.find(({ part }) => part === "farewell");
  return {
    id: erasure.id,
    userId: erasure.userId,
    state: erasure.doneAt === null ? "running" : "done",
    requestedBy: erasure.requestedBy,
    requestedAt: erasure.requestedAt.toISOString(),
    doneAt: erasure.doneAt?.toISOString() ?? null,
    services: erasure.parts
      .filter(({ part }) => part !== "farewell")
      .map(({ part, state, answeredAt, erased, kept }) => ({
        service: part,
        state: state === "done" ? "done" : "running",
        answeredAt: answeredAt?.toISOString() ?? null,
        erased: [...erased],
        kept: [...kept],
      })),
    lastMessage: farewell === undefined ? null : (farewell.outcome ?? "waiting"),
  };
};

const confirmBody = Type.Optional(
  strictObject(
    { confirm: Type.Optional(Type.Literal("erase", { error: 'must be "erase"' })) },
    { examples: [{ confirm: "erase" }] },
  ),
);

const own = (guard: AuthGuard, cases: ErasureCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/users/me/export",
      async ({ principal }) =>
        new Response(await cases.exportPerson(principal.userId), {
          headers: {
            "content-type": "application/json; charset=utf-8",
            "content-disposition": 'attachment; filename="kiosk-export.json"',
            "cache-control": "no-store",
          },
        }),
      {
        audience: "customer",
        response: { 401: problemSchema, 413: problemSchema, 429: problemSchema, 503: problemSchema },
        detail: {
          summary: "Export all that is kept about me",
          responses: fileAnswer("application/json", "All of it", {
            format: "kiosk-export/1",
            userId: "0192f0c0-7a3c-7d41-9b1e-2f6a9c3d5e70",
            exportedAt: "2026-01-15T09:30:00.000Z",
            services: { orders: { orders: [] } },
          }),
          description:
            'One JSON document over all services: `{ "format": "kiosk-export/1", "userId", "exportedAt", "services": { "auth": { "profile": […], … }, "orders": { "orders": […], … } } }`. Whole or not at all: a service that does not answer makes it a 503. Six an hour.',
          tags,
        },
      },
    )
    .delete(
      "/v1/users/me",
      async ({ principal, body, set }) => {
        const { userId, sessionId } = principal;
        const begun = await cases.deleteOwnAccount({ userId, sessionId, confirm: body?.confirm });
        set.status = 202;
        return begunAnswer(begun);
      },
      {
        audience: "customer",
        parse: [optionalJson, "json"],
        body: confirmBody,
        response: { 202: begunSchema, 401: problemSchema, 409: problemSchema, 422: problemSchema },
        detail: {
          summary: "Erase me",
          description:
            'Ends the account and every session at once, then erases over all services; the receipt tells how far it is and what is kept. Wants `{ "confirm": "erase" }`, or a sign-in within the last ten minutes. An order that is under way goes on, with its address, and is made anonymous when it has ended. Example: `{ "id": "…", "state": "running", "receipt": "/v1/users/erasures/…", "receiptSecret": "…" }`; the secret is told once.',
          tags,
        },
      },
    );

const ofOthers = (guard: AuthGuard, cases: ErasureCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .delete(
      "/v1/users/:id",
      async ({ params, principal, set }) => {
        const begun = await cases.deleteUser({ userId: params.id, actorId: principal.userId });
        set.status = 202;
        return begunAnswer(begun);
      },
      {
        audience: "admin",
        stepUp: "users.erase",
        params: strictObject({ id: idSchema }),
        response: {
          ...{ 202: begunSchema, 401: problemSchema, 403: problemSchema },
          ...{ 404: problemSchema, 409: problemSchema, 422: problemSchema },
        },
        detail: {
          summary: "Erase a user",
          description:
            "Erases what tells of the person over all services and signs them out everywhere; admins read the receipt without a secret. Again: the same erasure. Wants a fresh code: `STEP_UP_REQUIRED` says how.",
          tags,
        },
      },
    )
    .get(
      "/v1/users/erasures/:id",
      async ({ params, request, visitor, set }) => {
        set.headers["cache-control"] = "no-store";
        return receiptAnswer(
          await cases.readErasure(params.id, {
            secret: request.headers.get(RECEIPT_SECRET_HEADER),
            isAdmin: visitor?.role === "admin",
          }),
        );
      },
      {
        openTo: "public",
        params: strictObject({ id: idSchema }),
        response: { 200: receiptSchema, 401: problemSchema, 404: problemSchema, 422: problemSchema },
        detail: {
          summary: "The receipt of an erasure",
          description: `For whoever has its secret (header \`${RECEIPT_SECRET_HEADER}\`) and for admins: what each service has erased, what it keeps and why. \`running\` until all have answered, then \`done\`.`,
          tags,
        },
      },
    );

/** A person's data over all services: all of it, and none of it. */
export const erasureRoutes = (guard: AuthGuard, cases: ErasureCases) =>
  new Elysia({ normalize: false }).use(own(guard, cases)).use(ofOthers(guard, cases));
