import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import { idSchema, nullable, problemSchema, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import type { actInChat } from "../usecases/act-in-chat.ts";
import type { bindContact } from "../usecases/bind-contact.ts";
import type { denyChallenge } from "../usecases/deny-challenge.ts";
import type { denySession } from "../usecases/deny-session.ts";
import type { listRevoked } from "../usecases/end-sessions.ts";
import type { openLink } from "../usecases/open-link.ts";
import { type readUser, type shareUsers, userPositionSchema } from "../usecases/read-users.ts";
import type { recordRefusedContact } from "../usecases/record-refused-contact.ts";
import { snapshotOf } from "../usecases/snapshot.ts";
import { roleSchema, statusSchema } from "./schemas.ts";

export interface InternalCases {
  readonly openLink: ReturnType<typeof openLink>;
  readonly bindContact: ReturnType<typeof bindContact>;
  readonly recordRefusedContact: ReturnType<typeof recordRefusedContact>;
  readonly actInChat: ReturnType<typeof actInChat>;
  readonly denyChallenge: ReturnType<typeof denyChallenge>;
  readonly denySession: ReturnType<typeof denySession>;
  readonly readUser: ReturnType<typeof readUser>;
  readonly shareUsers: ReturnType<typeof shareUsers>;
  readonly listRevoked: ReturnType<typeof listRevoked>;
}

const tags = ["internal"];
const telegramId = Type.Integer({ minimum: 1 });

const accountSchema = strictObject({
  id: telegramId,
  firstName: Type.String({ maxLength: 256 }),
  lastName: nullable(Type.String({ maxLength: 256 })),
  username: nullable(Type.String({ maxLength: 64 })),
  languageCode: nullable(Type.String({ maxLength: 35 })),
});

const snapshotSchema = strictObject({
  id: idSchema,
  version: Type.Integer(),
  phone: nullable(Type.String()),
  telegramUserId: nullable(Type.Integer()),
  name: Type.String(),
  username: nullable(Type.String()),
  email: nullable(Type.String()),
  language: Type.String(),
  timezone: Type.String(),
  role: roleSchema,
  status: statusSchema,
  createdAt: timeSchema,
});
const usersPageSchema = strictObject({
  items: Type.Array(snapshotSchema),
  gone: Type.Array(strictObject({ id: idSchema, version: Type.Integer() })),
  nextCursor: nullable(Type.String()),
});
const outcomeSchema = strictObject({ outcome: Type.String() });

const telegram = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post("/internal/telegram/links", ({ body }) => cases.openLink(body), {
      openTo: "service",
      parse: "json",
      body: strictObject({ nonce: Type.String({ maxLength: 64 }), account: accountSchema }),
      response: { 200: outcomeSchema, 401: problemSchema, 422: problemSchema, 503: problemSchema },
      detail: { summary: "A person opened a sign-in link", description: "Called by notify.", tags },
    })
    .post("/internal/telegram/contacts", ({ body }) => cases.bindContact(body), {
      openTo: "service",
      parse: "json",
      body: strictObject({ phone: Type.String({ maxLength: 32 }), account: accountSchema }),
      response: { 200: outcomeSchema, 401: problemSchema, 422: problemSchema, 503: problemSchema },
      detail: { summary: "A person shared their own contact", description: "Called by notify.", tags },
    })
    .post("/internal/telegram/refused-contacts", ({ body }) => cases.recordRefusedContact(body), {
      openTo: "service",
      parse: "json",
      body: strictObject({
        telegramUserId: nullable(telegramId),
        problem: Type.String({ pattern: "^[a-z-]{1,40}$" }),
      }),
      response: { 200: outcomeSchema, 401: problemSchema, 422: problemSchema },
      detail: { summary: "A contact that proves nothing was shared", description: "Called by notify.", tags },
    })
    .post(
      "/internal/sessions/:id/deny",
      ({ params, body }) => cases.denySession({ sessionId: params.id, telegramUserId: body.telegramUserId }),
      {
        openTo: "service",
        parse: "json",
        params: strictObject({ id: idSchema }),
        body: strictObject({ telegramUserId: telegramId }),
        response: { 200: outcomeSchema, 401: problemSchema, 422: problemSchema, 503: problemSchema },
        detail: { summary: "“Not me”, of a sign-in on a new device", description: "Called by notify.", tags },
      },
    )
    .post(
      "/internal/challenges/:id/deny",
      ({ params, body }) =>
        cases.denyChallenge({ challengeId: params.id, telegramUserId: body.telegramUserId }),
      {
        openTo: "service",
        parse: "json",
        params: strictObject({ id: idSchema }),
        body: strictObject({ telegramUserId: telegramId }),
        response: { 200: outcomeSchema, 401: problemSchema, 422: problemSchema, 503: problemSchema },
        detail: { summary: "“Not me”", description: "Called by notify.", tags },
      },
    );

const actSchema = Type.Union([
  strictObject({
    outcome: Type.Literal("acting"),
    accessToken: Type.String(),
    userId: idSchema,
    role: roleSchema,
    language: Type.String(),
    timezone: Type.String(),
  }),
  strictObject({ outcome: Type.Union([Type.Literal("unknown"), Type.Literal("blocked")]) }),
]);

const acting = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/internal/telegram/act",
    async ({ body, set }) => {
      set.headers["cache-control"] = "no-store";
      return cases.actInChat(body);
    },
    {
      openTo: "service",
      parse: "json",
      body: strictObject({
        telegramUserId: telegramId,
        rights: Type.Union([Type.Literal("own"), Type.Literal("full")]),
      }),
      response: { 200: actSchema, 401: problemSchema, 422: problemSchema, 503: problemSchema },
      detail: {
        summary: "Act in the name of who has tapped",
        description:
          "Called by notify: an access token of 30 seconds for the account of this Telegram account. `own`: with a customer's rights; `full`: with the role's, without the proof that risky calls want.",
        tags,
      },
    },
  );

const replicas = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get("/internal/users/:id", async ({ params }) => snapshotOf(await cases.readUser(params.id)), {
      openTo: "service",
      params: strictObject({ id: idSchema }),
      response: { 200: snapshotSchema, 401: problemSchema, 404: problemSchema, 422: problemSchema },
      detail: { summary: "One user", description: "For replicas.", tags },
    })
    .get(
      "/internal/users",
      async ({ query }): Promise<Static<typeof usersPageSchema>> => {
        const { items, gone, next } = await cases.shareUsers(decodeCursor(query.cursor, userPositionSchema));
        return { items: [...items], gone: [...gone], nextCursor: next === null ? null : encodeCursor(next) };
      },
      {
        openTo: "service",
        query: strictObject({ cursor: Type.Optional(Type.String({ maxLength: 512 })) }),
        response: { 200: usersPageSchema, 401: problemSchema, 422: problemSchema },
        detail: {
          summary: "All users, page by page",
          description:
            "For replicas: by rising id, erased accounts as `gone`, with the version of their end.",
          tags,
        },
      },
    )
    .get(
      "/internal/sessions/revoked",
      async () => {
        const revoked = await cases.listRevoked();
        return {
          items: revoked.map(({ sid, forgetAfter }) => ({ sid, forgetAfter: forgetAfter.toISOString() })),
        };
      },
      {
        openTo: "service",
        response: {
          200: strictObject({ items: Type.Array(strictObject({ sid: idSchema, forgetAfter: timeSchema })) }),
          401: problemSchema,
        },
        detail: {
          summary: "Sessions that must be refused now",
          description: "For a service that starts.",
          tags,
        },
      },
    );

/** What other services ask of auth. */
export const internalRoutes = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false })
    .use(telegram(guard, cases))
    .use(acting(guard, cases))
    .use(replicas(guard, cases));
