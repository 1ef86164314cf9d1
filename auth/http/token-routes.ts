import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { KEYS_MAX_AGE_SECONDS, type PublishedKey } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { idSchema, nullable, problemSchema, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import type { endSessions } from "../usecases/end-sessions.ts";
import type { introspectToken } from "../usecases/introspect-token.ts";
import type { refreshSession } from "../usecases/refresh-session.ts";
import { clientOf } from "./client.ts";
import { pairAnswer, pairSchema, roleSchema } from "./schemas.ts";

interface TokenCases {
  readonly refreshSession: ReturnType<typeof refreshSession>;
  readonly endSessions: ReturnType<typeof endSessions>;
  readonly introspectToken: ReturnType<typeof introspectToken>;
}

/** The keys that tokens are verified with now. Rejects with `UNAVAILABLE`. */
type PublishedKeys = () => Promise<readonly PublishedKey[]>;

const TOKEN_MAX_LENGTH = 4_096;
const tags = ["tokens"];
const token = Type.String({ minLength: 1, maxLength: TOKEN_MAX_LENGTH });
const introspectionSchema = strictObject({
  valid: Type.Boolean(),
  userId: Type.Optional(idSchema),
  role: Type.Optional(roleSchema),
  username: Type.Optional(nullable(Type.String())),
  expiresAt: Type.Optional(timeSchema),
});

const refreshing = (guard: AuthGuard, cases: TokenCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/auth/refresh",
      async ({ body, request, set }) => {
        const pair = await cases.refreshSession({ ...body, client: clientOf(request) });
        set.headers["cache-control"] = "no-store";
        return pairAnswer(pair);
      },
      {
        openTo: "public",
        parse: "json",
        body: strictObject({ refreshToken: token }),
        response: { 200: pairSchema, 401: problemSchema, 422: problemSchema },
        detail: {
          summary: "Get a new pair of tokens",
          description:
            "A refresh token is good once. The same one again within 10 seconds gets the same successor, in case the answer was lost; later it ends the session.",
          tags,
        },
      },
    )
    .post(
      "/v1/auth/verify",
      async ({ body, set }) => {
        set.headers["cache-control"] = "no-store";
        const found = await cases.introspectToken(body.token);
        if (!found.valid) return { valid: false };
        const { userId, role, username } = found;
        return { valid: true, userId, role, username, expiresAt: found.expiresAt.toISOString() };
      },
      {
        openTo: "public",
        parse: "json",
        body: strictObject({ token }),
        response: { 200: introspectionSchema, 422: problemSchema, 503: problemSchema },
        detail: {
          summary: "Ask whose access token it is",
          description: "For outsiders: a token that is no good for any reason is `valid: false`.",
          tags,
        },
      },
    );

const loggingOut = (guard: AuthGuard, cases: TokenCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/auth/logout",
      async ({ principal, set }) => {
        const { userId, sessionId } = principal;
        await cases.endSessions({ userId, sessionId, reason: "logout" });
        set.status = 204;
      },
      {
        audience: "customer",
        response: { 204: Type.Void(), 401: problemSchema },
        detail: { summary: "Sign out here", description: "Ends the session of the token.", tags },
      },
    )
    .post(
      "/v1/auth/logout-all",
      async ({ principal, set }) => {
        await cases.endSessions({ userId: principal.userId, sessionId: null, reason: "logout-all" });
        set.status = 204;
      },
      {
        audience: "customer",
        response: { 204: Type.Void(), 401: problemSchema },
        detail: { summary: "Sign out everywhere", description: "Ends all sessions of the user.", tags },
      },
    );

const keys = (guard: AuthGuard, publishedKeys: PublishedKeys) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/.well-known/jwks.json",
    async ({ set }) => {
      const published = await publishedKeys();
      set.headers["cache-control"] = `public, max-age=${KEYS_MAX_AGE_SECONDS}`;
      return { keys: published.map(({ kty, crv, x, kid, alg, use }) => ({ kty, crv, x, kid, alg, use })) };
    },
    {
      openTo: "public",
      response: {
        200: strictObject({
          keys: Type.Array(
            strictObject({
              kty: Type.String(),
              crv: Type.String(),
              x: Type.String(),
              kid: Type.String(),
              alg: Type.String(),
              use: Type.String(),
            }),
          ),
        }),
        503: problemSchema,
      },
      detail: {
        summary: "Public keys",
        description:
          "A JSON Web Key Set (RFC 7517): what access tokens are verified with. There are several around a rotation: take the one whose `kid` the token names, and ask again, once, where you do not know it.",
        tags,
      },
    },
  );

/** Tokens after the sign-in: new ones, whose they are, the end of them, and the keys to check them with. */
export const tokenRoutes = (guard: AuthGuard, cases: TokenCases, publishedKeys: PublishedKeys) =>
  new Elysia({ normalize: false })
    .use(refreshing(guard, cases))
    .use(loggingOut(guard, cases))
    .use(keys(guard, publishedKeys));
