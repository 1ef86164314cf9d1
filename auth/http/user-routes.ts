import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import {
  idSchema,
  oneLineSchema,
  PAGE_LIMIT_DEFAULT,
  pageOf,
  pageQuery,
  problemSchema,
  strictObject,
} from "../../shared/http/schemas.ts";
import type { changeStanding } from "../usecases/change-standing.ts";
import { type readUser, type searchUsers, userPositionSchema } from "../usecases/read-users.ts";
import { roleSchema, statusSchema, userAnswer, userSchema } from "./schemas.ts";

interface UserCases {
  readonly readUser: ReturnType<typeof readUser>;
  readonly searchUsers: ReturnType<typeof searchUsers>;
  readonly changeStanding: ReturnType<typeof changeStanding>;
}

const tags = ["users"];
const params = strictObject({ id: idSchema });
const refusals = { 401: problemSchema, 403: problemSchema, 422: problemSchema };

const reading = (guard: AuthGuard, cases: UserCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/users",
      async ({ query }) => {
        const { q, role, status, limit = PAGE_LIMIT_DEFAULT } = query;
        const after = decodeCursor(query.cursor, userPositionSchema);
        const { users, next } = await cases.searchUsers({ filter: { q, role, status }, after, limit });
        return { items: users.map(userAnswer), nextCursor: next === null ? null : encodeCursor(next) };
      },
      {
        audience: "admin",
        query: strictObject({
          ...pageQuery,
          q: Type.Optional(oneLineSchema(100, { description: "part of a name, or start of a phone" })),
          role: Type.Optional(roleSchema),
          status: Type.Optional(statusSchema),
        }),
        response: { 200: pageOf(userSchema), ...refusals },
        detail: { summary: "Find users", description: "The newest first.", tags },
      },
    )
    .get("/v1/users/:id", async ({ params }) => userAnswer(await cases.readUser(params.id)), {
      audience: "admin",
      params,
      response: { 200: userSchema, 404: problemSchema, ...refusals },
      detail: { summary: "Read a user", description: "One account.", tags },
    });

const changing = (guard: AuthGuard, cases: UserCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .patch(
      "/v1/users/:id",
      async ({ params, body, principal }) =>
        userAnswer(
          await cases.changeStanding({ userId: params.id, change: body, actorId: principal.userId }),
        ),
      {
        audience: "admin",
        stepUp: "users.manage",
        parse: "json",
        params,
        body: strictObject(
          { role: Type.Optional(roleSchema), status: Type.Optional(statusSchema) },
          { examples: [{ role: "staff" }] },
        ),
        response: { 200: userSchema, 404: problemSchema, 409: problemSchema, ...refusals },
        detail: {
          summary: "Change a role or block somebody",
          description:
            "Whoever loses rights is signed out everywhere. Nobody can change themselves. Wants a fresh code: `STEP_UP_REQUIRED` says how.",
          tags,
        },
      },
    );

/** Everybody's accounts, for admins. */
export const userRoutes = (guard: AuthGuard, cases: UserCases) =>
  new Elysia({ normalize: false }).use(reading(guard, cases)).use(changing(guard, cases));
