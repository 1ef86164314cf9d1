import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import {
  idSchema,
  nameSchema,
  nullable,
  pageOf,
  problemSchema,
  strictObject,
} from "../../shared/http/schemas.ts";
import type { changeProfile } from "../usecases/change-profile.ts";
import type { endChosenSession, endOtherSessions, listSessions } from "../usecases/end-sessions.ts";
import type { readUser } from "../usecases/read-users.ts";
import { sessionAnswer, sessionSchema, userAnswer, userSchema } from "./schemas.ts";

interface ProfileCases {
  readonly readUser: ReturnType<typeof readUser>;
  readonly changeProfile: ReturnType<typeof changeProfile>;
  readonly listSessions: ReturnType<typeof listSessions>;
  readonly endChosenSession: ReturnType<typeof endChosenSession>;
  readonly endOtherSessions: ReturnType<typeof endOtherSessions>;
}

const tags = ["profile"];

const profileBody = strictObject(
  {
    username: Type.Optional(
      nullable(
        Type.String({
          pattern: "^[A-Za-z0-9_.-]{3,32}$",
          error: "must be 3 to 32 letters, digits, dots, hyphens or underscores",
        }),
      ),
    ),
    email: Type.Optional(nullable(Type.String({ format: "email", maxLength: 254 }))),
    name: Type.Optional(nameSchema(200)),
    language: Type.Optional(
      Type.String({
        maxLength: 35,
        pattern: "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        error: "must be a BCP 47 language tag",
      }),
    ),
    timezone: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { examples: [{ name: "Ada Lovelace", language: "en", timezone: "Europe/London" }] },
);

const profileRoute = {
  audience: "customer",
  parse: "json",
  body: profileBody,
  response: { 200: userSchema, 401: problemSchema, 409: problemSchema, 422: problemSchema },
} as const;

const ownProfile = (guard: AuthGuard, cases: ProfileCases) => {
  const change = async ({
    principal,
    body,
  }: {
    principal: { userId: string };
    body: Static<typeof profileBody>;
  }) => userAnswer(await cases.changeProfile({ userId: principal.userId, change: body }));

  return new Elysia({ normalize: false })
    .use(guard)
    .get("/v1/users/me", async ({ principal }) => userAnswer(await cases.readUser(principal.userId)), {
      audience: "customer",
      response: { 200: userSchema, 401: problemSchema },
      detail: { summary: "Own profile", description: "Who is signed in.", tags },
    })
    .patch("/v1/users/me", change, {
      ...profileRoute,
      detail: { summary: "Change the own profile", description: "Missing fields stay as they are.", tags },
    })
    .put("/v1/users/me", change, {
      ...profileRoute,
      detail: { summary: "Change the own profile", description: "The same as PATCH.", tags },
    });
};

const endedSchema = strictObject({ ended: Type.Integer() }, { examples: [{ ended: 2 }] });

const ownSessions = (guard: AuthGuard, cases: ProfileCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/users/me/sessions",
      async ({ principal }) => {
        const sessions = await cases.listSessions(principal.userId);
        return {
          items: sessions.map((session) => sessionAnswer(session, principal.sessionId)),
          nextCursor: null,
        };
      },
      {
        audience: "customer",
        response: { 200: pageOf(sessionSchema), 401: problemSchema },
        detail: {
          summary: "Where I am signed in",
          description:
            "Live sessions, the last used first; 100 at most. `current` marks the one of this request.",
          tags,
        },
      },
    )
    .delete("/v1/users/me/sessions", ({ principal }) => cases.endOtherSessions(principal), {
      audience: "customer",
      response: { 200: endedSchema, 401: problemSchema },
      detail: {
        summary: "Sign out everywhere else",
        description: "Ends all own sessions but the one of this request. Answers how many those were.",
        tags,
      },
    })
    .delete(
      "/v1/users/me/sessions/:id",
      async ({ principal, params, set }) => {
        await cases.endChosenSession({ userId: principal.userId, sessionId: params.id });
        set.status = 204;
      },
      {
        audience: "customer",
        params: strictObject({ id: idSchema }),
        response: { 204: Type.Void(), 401: problemSchema, 404: problemSchema, 422: problemSchema },
        detail: { summary: "Sign out there", description: "Ends one of the own sessions.", tags },
      },
    );

/** A person's own data. */
export const profileRoutes = (guard: AuthGuard, cases: ProfileCases) =>
  new Elysia({ normalize: false }).use(ownProfile(guard, cases)).use(ownSessions(guard, cases));
