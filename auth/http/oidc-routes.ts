import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema, strictObject } from "../../shared/http/schemas.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import { oidcPath, TELEGRAM } from "../domain/oidc.ts";
import type { beginOidc, OidcRedirect } from "../usecases/begin-oidc.ts";
import type { exchangeOidc } from "../usecases/exchange-oidc.ts";
import type { OidcAnswer, returnFromOidc } from "../usecases/return-from-oidc.ts";
import { clientOf } from "./client.ts";
import { oidcCookie, readOidcCookie } from "./oidc-cookie.ts";
import { pairAnswer, signedInSchema, userAnswer } from "./schemas.ts";

interface OidcRouteCases {
  readonly beginOidc: ReturnType<typeof beginOidc>;
  readonly returnFromOidc: ReturnType<typeof returnFromOidc>;
  readonly exchangeOidc: ReturnType<typeof exchangeOidc>;
  /** Names of those that are configured. */
  readonly providerNames: readonly string[];
  readonly isSecure: boolean;
}

const tags = ["sign-in"];
const ANSWER_FIELD_MAX = 4_096;
const field = (description: string) =>
  Type.Optional(Type.String({ maxLength: ANSWER_FIELD_MAX, description }));

const startQuery = strictObject({
  returnTo: Type.Optional(
    Type.String({
      maxLength: 1_024,
      default: "/",
      description: "where to come back to: a path of the shop, or a page of an origin in ALLOWED_ORIGINS",
      examples: ["/"],
    }),
  ),
});

/** Providers add fields of their own, which say nothing to us (RFC 6749, section 4.1.2). */
const answerQuery = Type.Object(
  {
    state: field("as it was sent"),
    code: field("good once, for us alone"),
    error: field("instead of a code"),
    iss: field("who answers (RFC 9207)"),
  },
  { additionalProperties: true },
);

const redirect = Type.Void({ description: "the way on, in `Location`" });
const params = strictObject({ provider: Type.String({ maxLength: 32 }) });

const problems = { 401: problemSchema, 404: problemSchema, 422: problemSchema, 429: problemSchema };
const unavailable = { 503: problemSchema };

const texts = {
  start: {
    summary: "Sign in with a provider: begin",
    description:
      "To be opened by the browser, which is sent to the provider and holds a cookie from here on. 404 where the provider is not configured. Try it with a browser: this page would follow the redirect.",
  },
  callback: {
    summary: "Sign in with a provider: come back",
    description:
      "Where the provider sends the browser. It goes on to `returnTo` with `#signInCode=…`, good for a minute, or with `#signInError=` `denied`, `refused` or `unavailable`. 401 to a browser that did not begin this sign-in.",
  },
  exchange: {
    summary: "Sign in with a provider: get the tokens",
    description:
      'The page trades `signInCode`, with the cookie beside it (`credentials: "include"`), for tokens. Once.',
  },
};

interface Reply {
  status?: number | string | undefined;
  headers: Record<string, string | number | string[] | undefined>;
}

/** 303 also after GET: whatever comes, the browser goes on with GET. */
const goOn = (set: Reply, { location, cookie }: OidcRedirect, provider: string, isSecure: boolean): void => {
  set.status = 303;
  set.headers.location = location;
  set.headers["cache-control"] = "no-store";
  set.headers["set-cookie"] = oidcCookie(cookie, { provider, isSecure });
};

/** What every provider's routes do; `request` and `set` are Elysia's. */
const createActs = (cases: OidcRouteCases) => {
  const { isSecure } = cases;
  const cookieOf = (request: Request, provider: string) => readOidcCookie(request, { provider, isSecure });
  return {
    async start(provider: string, request: Request, set: Reply, { returnTo = "/" }: { returnTo?: string }) {
      goOn(set, await cases.beginOidc({ provider, returnTo, client: clientOf(request) }), provider, isSecure);
    },
    async callback(provider: string, request: Request, set: Reply, { state, code, error, iss }: OidcAnswer) {
      const came = { provider, cookie: cookieOf(request, provider), answer: { state, code, error, iss } };
      goOn(set, await cases.returnFromOidc({ ...came, client: clientOf(request) }), provider, isSecure);
    },
    async exchange(provider: string, request: Request, set: Reply, { code }: { code: string }) {
      const shown = { provider, cookie: cookieOf(request, provider), code, client: clientOf(request) };
      const { user, ...pair } = await cases.exchangeOidc(shown);
      set.headers["cache-control"] = "no-store";
      set.headers["set-cookie"] = oidcCookie(null, { provider, isSecure });
      return { ...pairAnswer(pair), user: userAnswer(user) };
    },
  };
};

const exchangeBody = strictObject(
  { code: Type.String({ maxLength: 64, description: "signInCode of the address" }) },
  { examples: [{ code: "3q2-7w…" }] },
);

const telegram = (guard: AuthGuard, acts: ReturnType<typeof createActs>) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/auth/telegram/oidc/start",
      ({ query, request, set }) => acts.start(TELEGRAM, request, set, query),
      {
        openTo: "public",
        query: startQuery,
        response: { 303: redirect, ...problems, ...unavailable },
        detail: { ...texts.start, summary: "Log in with Telegram: begin", tags },
      },
    )
    .get(
      "/v1/auth/telegram/oidc/callback",
      ({ query, request, set }) => acts.callback(TELEGRAM, request, set, query),
      {
        openTo: "public",
        query: answerQuery,
        response: { 303: redirect, ...problems, ...unavailable },
        detail: { ...texts.callback, summary: "Log in with Telegram: come back", tags },
      },
    )
    .post(
      "/v1/auth/telegram/oidc/exchange",
      ({ body, request, set }) => acts.exchange(TELEGRAM, request, set, body),
      {
        openTo: "public",
        parse: "json",
        body: exchangeBody,
        response: { 200: signedInSchema, ...problems },
        detail: { ...texts.exchange, summary: "Log in with Telegram: get the tokens", tags },
      },
    );

/** Telegram has routes of its own, and one address that is registered with it. */
const otherThanTelegram = (provider: string): string => {
  if (provider === TELEGRAM) throw notFound("address");
  return provider;
};

const others = (guard: AuthGuard, acts: ReturnType<typeof createActs>) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/auth/oidc/:provider/start",
      ({ params, query, request, set }) =>
        acts.start(otherThanTelegram(params.provider), request, set, query),
      {
        openTo: "public",
        params,
        query: startQuery,
        response: { 303: redirect, ...problems, ...unavailable },
        detail: { ...texts.start, tags },
      },
    )
    .get(
      "/v1/auth/oidc/:provider/callback",
      ({ params, query, request, set }) =>
        acts.callback(otherThanTelegram(params.provider), request, set, query),
      {
        openTo: "public",
        params,
        query: answerQuery,
        response: { 303: redirect, ...problems, ...unavailable },
        detail: { ...texts.callback, tags },
      },
    )
    .post(
      "/v1/auth/oidc/:provider/exchange",
      ({ params, body, request, set }) =>
        acts.exchange(otherThanTelegram(params.provider), request, set, body),
      {
        openTo: "public",
        parse: "json",
        params,
        body: exchangeBody,
        response: { 200: signedInSchema, ...problems },
        detail: { ...texts.exchange, tags },
      },
    );

/** A page asks at most so often; a provider comes and goes with a start of the shop. */
const PROVIDERS_MAX_AGE_SECONDS = 300;

const providersSchema = strictObject(
  {
    items: Type.Array(
      strictObject({
        name: Type.String({ description: "`telegram`, or as OIDC_PROVIDERS names it" }),
        path: Type.String({ description: "`…/start` begins a sign-in, `…/exchange` ends it" }),
      }),
    ),
  },
  { examples: [{ items: [{ name: "telegram", path: "/v1/auth/telegram/oidc" }] }] },
);

const list = (guard: AuthGuard, names: readonly string[]) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/v1/auth/providers",
    ({ set }) => {
      set.headers["cache-control"] = `public, max-age=${PROVIDERS_MAX_AGE_SECONDS}`;
      return { items: names.map((name) => ({ name, path: oidcPath(name) })) };
    },
    {
      openTo: "public",
      response: { 200: providersSchema },
      detail: {
        summary: "List the providers that one can sign in with",
        description: "So that a page shows a button for each that is configured, and none for others.",
        tags,
      },
    },
  );

/** Sign-in by OpenID Connect: with Telegram, and with whoever else is configured. */
export const oidcRoutes = (guard: AuthGuard, cases: OidcRouteCases) => {
  const acts = createActs(cases);
  return new Elysia({ normalize: false })
    .use(list(guard, cases.providerNames))
    .use(telegram(guard, acts))
    .use(others(guard, acts));
};
