import type { SecretKind } from "./kinds.ts";

/** A secret, by what it is. */
export interface Found {
  readonly kind: SecretKind;
  readonly value: string;
}

/** What a member of a request, of an answer or of an environment is, by its name in small letters. */
const BY_NAME: Readonly<Record<string, SecretKind>> = {
  accesstoken: "access token",
  refreshtoken: "refresh token",
  id_token: "id token",
  challengesecret: "challenge secret",
  receiptsecret: "receipt secret",
  "x-receipt-secret": "receipt secret",
  signincode: "sign-in code",
  nonce: "link nonce",
  initdata: "init data",
  hash: "init data",
  phone: "phone",
  password: "password",
  currentpassword: "password",
  "x-internal-token": "internal token",
  internal_token: "internal token",
  "x-sandbox-token": "sandbox token",
  sandbox_token: "sandbox token",
  "x-telegram-bot-api-secret-token": "webhook secret",
  telegram_webhook_secret: "webhook secret",
  telegram_bot_token: "bot token",
  clientsecret: "client secret",
  client_secret: "client secret",
  telegram_oidc_client_secret: "client secret",
  signingsecret: "webhook secret",
  notify_secret: "pepper or key",
  otp_pepper: "pepper or key",
  jwt_keys_secret: "pepper or key",
  metrics_token: "pepper or key",
  telegram_webapp_key: "pepper or key",
  telegram_widget_key: "pepper or key",
  d: "pepper or key",
};

/** A code of a provider or of a page. One of digits is learned from whoever was sent it, and that of a refusal has capitals alone. */
const LONG_CODE = /^(?=.*[a-z])(?=.*[A-Z0-9])[A-Za-z0-9_-]{20,}$/;
const TOKEN = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16,}/g;
const START = /[?&]start=l_([A-Za-z0-9_-]+)/;
const IN_ADDRESS = /[?&#](code|signInCode)=([A-Za-z0-9_-]+)/g;
const COOKIE = /^[a-z-]+=([A-Za-z0-9_-]{16,});/;

const innerJson = (value: string): unknown => {
  if (!/^\s*[{[]/.test(value)) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};

/** Secrets that a text shows by itself: tokens, an address with a code, the password of an address, a cookie. */
const inText = function* (name: string, value: string): Generator<Found> {
  for (const [token] of value.matchAll(TOKEN)) {
    if (BY_NAME[name] !== "refresh token" && BY_NAME[name] !== "id token")
      yield { kind: "access token", value: token };
  }
  const nonce = START.exec(value)?.[1];
  if (nonce !== undefined) yield { kind: "link nonce", value: nonce };
  for (const match of value.matchAll(IN_ADDRESS)) yield { kind: "sign-in code", value: match[2] ?? "" };
  if (/^[a-z]+:\/\/[^/]*:[^/]*@/.test(value) && URL.canParse(value))
    yield { kind: "password", value: decodeURIComponent(new URL(value).password) };
  const cookie = name === "set-cookie" ? COOKIE.exec(value)?.[1] : undefined;
  if (cookie !== undefined) yield { kind: "cookie", value: cookie };
};

const byName = function* (name: string, value: string): Generator<Found> {
  const kind = name === "code" && LONG_CODE.test(value) ? "sign-in code" : BY_NAME[name];
  if (kind !== undefined) yield { kind, value };
};

/** Every secret in a value, by the names of its members; JSON within a text included. */
export const secretsIn = function* (value: unknown, name = ""): Generator<Found> {
  if (typeof value === "string") {
    yield* byName(name, value);
    yield* inText(name, value);
    const inner = innerJson(value);
    if (inner !== undefined) yield* secretsIn(inner, name);
  } else if (Array.isArray(value)) {
    for (const item of value) yield* secretsIn(item, name);
  } else if (value instanceof Headers) {
    for (const [key, member] of value) yield* secretsIn(member, key.toLowerCase());
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) yield* secretsIn(member, key.toLowerCase());
  }
};
