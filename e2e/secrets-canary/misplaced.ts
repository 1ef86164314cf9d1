import type { ApiClient } from "../../tools/client/api-client.ts";

/** A request that carries a secret where it does not belong. */
interface Misplaced {
  readonly path: string;
  readonly method?: "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** As it is sent. */
  readonly text?: string;
}

const TIMEOUT_MS = 30_000;
/** Requests at once. */
const LANES = 4;

/** Headers that a service may read or hand on, and has no reason to tell of. */
const HEADERS = [
  "authorization",
  "cookie",
  "x-internal-token",
  "x-sandbox-token",
  "x-receipt-secret",
  "x-telegram-bot-api-secret-token",
  "x-client-ip",
  "x-forwarded-for",
  "x-user-id",
  "traceparent",
  "tracestate",
  "baggage",
  "if-match",
  "if-none-match",
  "last-event-id",
  "origin",
  "referer",
  "accept",
  "accept-language",
  "content-type",
] as const;

const bodiesWith = (secret: string): readonly (readonly [path: string, body: unknown])[] => [
  ["/v1/auth/otp/request", { phone: secret }],
  ["/v1/auth/otp/request", { link: secret }],
  ["/v1/auth/otp/resend", { challengeId: secret, challengeSecret: 1 }],
  ["/v1/auth/otp/verify", { challengeId: secret, challengeSecret: secret, code: secret }],
  ["/v1/auth/refresh", { refreshToken: secret }],
  ["/v1/auth/refresh", { refreshToken: "x", more: secret }],
  ["/v1/auth/verify", { token: secret }],
  ["/v1/auth/telegram/miniapp", { initData: secret }],
  ["/v1/auth/telegram/widget", { id: secret, hash: secret }],
  ["/v1/auth/telegram/oidc/exchange", { code: secret }],
  ["/v1/auth/login", { username: secret, password: secret }],
  ["/v1/auth/register", { username: secret, email: secret, password: secret }],
  ["/v1/orders", { lines: secret }],
  ["/v1/orders", { lines: [{ sku: secret, quantity: secret }] }],
  ["/v1/broadcasts", secret],
];

const addressesWith = (secret: string): readonly string[] => {
  const text = encodeURIComponent(secret);
  return [
    `/v1/users/me?token=${text}`,
    `/v1/products?q=${text}`,
    `/v1/products?cursor=${text}`,
    `/v1/products?limit=${text}`,
    `/v1/orders?status=${text}`,
    `/v1/orders?cursor=${text}`,
    `/v1/audit?kind=${text}`,
    `/v1/users?q=${text}`,
    `/v1/stock?q=${text}&access_token=${text}`,
    `/v1/auth/telegram/oidc/start?returnTo=${text}`,
    `/v1/auth/telegram/oidc/callback?code=${text}&state=${text}`,
    `/v1/notifications?state=${text}`,
    `/nowhere?secret=${text}`,
    `/${text}`,
    `/v1/users/${text}`,
    `/v1/products/${text}`,
    `/v1/auth/oidc/${text}/start`,
  ];
};

/** Bodies that are no JSON: cut off in the middle, and the secret alone. */
const brokenBodies = (secret: string): readonly string[] => [`{"refreshToken":"${secret}"`, secret];

const misplaced = (secret: string, token: string): readonly Misplaced[] => {
  const signedIn = { authorization: `Bearer ${token}` };
  const json = { ...signedIn, "content-type": "application/json" };
  const headerText = /^[\x20-\x7e]+$/.test(secret) ? secret : encodeURIComponent(secret);
  return [
    ...bodiesWith(secret).map(([path, body]) => ({
      ...{ path, method: "POST" as const, headers: json },
      text: JSON.stringify(body),
    })),
    ...addressesWith(secret).map((path) => ({ path, headers: signedIn })),
    ...HEADERS.flatMap((name) =>
      ["/v1/users/me", "/v1/auth/telegram/oidc/start"].map((path) => ({
        path,
        headers: { [name]: headerText },
      })),
    ),
    ...brokenBodies(secret).map((text) => ({
      ...{ path: "/v1/auth/refresh", method: "POST" as const, headers: json, text },
    })),
  ];
};

const send = async ({ baseUrl, listener }: ApiClient, request: Misplaced): Promise<void> => {
  const { path, method = "GET", headers = {}, text } = request;
  const response = await fetch(`${baseUrl}${path}`, {
    ...{ method, headers, redirect: "manual" },
    ...(text === undefined ? {} : { body: text }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const said = await response.text();
  const place = `${method} ${path.split("?")[0]}: ${response.status}`;
  if (!response.ok) listener?.emitted({ channel: "error", place, text: said });
  listener?.emitted({
    ...{ channel: "error", place: `${place}, headers` },
    text: JSON.stringify([...response.headers]),
  });
};

/**
 * Sends a secret in every wrong field, query, header and body, by who is signed in with the token, and shows the canary what comes
 * back. Answers how many requests that were.
 */
export const sendMisplaced = async (api: ApiClient, secret: string, token: string): Promise<number> => {
  const requests = misplaced(secret, token);
  const waiting = [...requests];
  const lane = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await send(api, next);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return requests.length;
};
