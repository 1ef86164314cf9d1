import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { isSteppedUp } from "../../shared/contracts/step-up.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema, strictObject } from "../../shared/http/schemas.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { PASSWORD_MAX, PASSWORD_MIN } from "../domain/password.ts";
import type { register } from "../usecases/register.ts";
import type { setPassword } from "../usecases/set-password.ts";
import type { signInByPassword } from "../usecases/sign-in-by-password.ts";
import { clientOf } from "./client.ts";
import { pairAnswer, signedInSchema, userAnswer } from "./schemas.ts";

export interface PasswordCases {
  readonly register: ReturnType<typeof register>;
  readonly signInByPassword: ReturnType<typeof signInByPassword>;
  readonly setPassword: ReturnType<typeof setPassword>;
  /** What the age of a proof is measured by. */
  readonly clock: Clock;
}

const tags = ["passwords"];
/** UTF-16 units that are read at most: more than any password has, whatever its characters. */
const TYPED_MAX = 1_024;
const typed = Type.String({ minLength: 1, maxLength: TYPED_MAX });
const chosen = Type.String({
  minLength: 1,
  maxLength: TYPED_MAX,
  description: `${PASSWORD_MIN} to ${PASSWORD_MAX} characters after NFKC; none of those that are tried first, and no name of yours in it`,
});
const username = Type.String({
  pattern: "^[A-Za-z0-9_.-]{3,32}$",
  error: "must be 3 to 32 letters, digits, dots, hyphens or underscores",
  description: "unique, whatever its case",
});
const email = Type.String({
  format: "email",
  maxLength: 254,
  description: "unique, whatever its case; not verified",
});

const loginBody = Type.Union([
  strictObject(
    { username, password: typed },
    { examples: [{ username: "ada", password: "four words of one's own" }] },
  ),
  strictObject(
    { email, password: typed },
    { examples: [{ email: "ada@example.org", password: "four words of one's own" }] },
  ),
]);
const loginOf = (body: Static<typeof loginBody>): string => ("username" in body ? body.username : body.email);

const refusals = { 401: problemSchema, 422: problemSchema, 429: problemSchema, 503: problemSchema };

const entering = (guard: AuthGuard, cases: PasswordCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/auth/register",
      async ({ body, request, set }) => {
        const { user, ...pair } = await cases.register({ ...body, client: clientOf(request) });
        set.status = 201;
        set.headers["cache-control"] = "no-store";
        return { ...pairAnswer(pair), user: userAnswer(user) };
      },
      {
        openTo: "public",
        parse: "json",
        body: strictObject(
          { username, email, password: chosen },
          { examples: [{ username: "ada", email: "ada@example.org", password: "four words of one's own" }] },
        ),
        response: { 201: signedInSchema, 409: problemSchema, ...refusals },
        detail: {
          summary: "Register with a password",
          description:
            "Makes an account without a phone or a chat, and signs it in. Only with `PASSWORD_LOGIN=on`.",
          tags,
        },
      },
    )
    .post(
      "/v1/auth/login",
      async ({ body, request, set }) => {
        const { password } = body;
        const { user, ...pair } = await cases.signInByPassword({
          ...{ login: loginOf(body), password, client: clientOf(request) },
        });
        set.headers["cache-control"] = "no-store";
        return { ...pairAnswer(pair), user: userAnswer(user) };
      },
      {
        openTo: "public",
        parse: "json",
        body: loginBody,
        response: { 200: signedInSchema, ...refusals },
        detail: {
          summary: "Sign in by password",
          description:
            "By username or e-mail address. Whatever is wrong, the answer is the same. Twenty wrong passwords in a row close this way to the account for an hour, then for two, up to a day. Only with `PASSWORD_LOGIN=on`. An admin acts as staff until a fresh code for `admin.sign-in` is typed in.",
          tags,
        },
      },
    );

const changing = (guard: AuthGuard, cases: PasswordCases) =>
  new Elysia({ normalize: false }).use(guard).put(
    "/v1/users/me/password",
    async ({ principal, body, request, set }) => {
      const { userId, sessionId, stepUp } = principal;
      await cases.setPassword({
        ...{ userId, sessionId, password: body.password, client: clientOf(request) },
        currentPassword: body.currentPassword ?? null,
        isProved: isSteppedUp(stepUp, "password.set", cases.clock.now()),
      });
      set.status = 204;
    },
    {
      audience: "customer",
      parse: "json",
      body: strictObject(
        { password: chosen, currentPassword: Type.Optional(typed) },
        {
          examples: [
            { currentPassword: "four words of one's own", password: "five others that nobody knows" },
          ],
        },
      ),
      response: { 204: Type.Void(), 403: problemSchema, 409: problemSchema, ...refusals },
      detail: {
        summary: "Set or change the own password",
        description:
          "Ends every other session. Wants the password before, or a fresh code for `password.set` (`STEP_UP_REQUIRED` says how), so that whoever has the chat may set a first one or one that was forgotten. Only with `PASSWORD_LOGIN=on`.",
        tags,
      },
    },
  );

/** Sign-in by password, where it is switched on. */
export const passwordRoutes = (guard: AuthGuard, cases: PasswordCases) =>
  new Elysia({ normalize: false }).use(entering(guard, cases)).use(changing(guard, cases));
