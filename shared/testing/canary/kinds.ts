/** What may never be seen by whoever reads logs, errors, events and tables. */
export const secretKinds = [
  "code",
  "access token",
  "refresh token",
  "id token",
  "challenge secret",
  "link nonce",
  "sign-in code",
  "receipt secret",
  "init data",
  "cookie",
  "phone",
  "password",
  "pepper or key",
  "internal token",
  "bot token",
  "webhook secret",
  "sandbox token",
  "client secret",
] as const;
export type SecretKind = (typeof secretKinds)[number];

/**
 * Where a text was seen: `log` a line of a service within a test, `output` what a Kiosk process printed, `command` what a command
 * printed for the one who typed it, `error` the body of a refusal, `event` what went over the bus or Pub/Sub, `table` a
 * cell of a database, `store` a key or a value with an expiry (Redis, or in process).
 */
export const channels = ["log", "output", "command", "error", "event", "table", "store"] as const;
export type Channel = (typeof channels)[number];

/** By its look alone it is a secret, whoever made it. */
export const shapes = {
  "a token (JWT)": /eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\./,
  "a bearer header": /\bbearer [A-Za-z0-9._~+/-]{16,}/i,
  "a private key (PEM)": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  "a private key (JWK)": /"d\\*"\s*:\s*\\*"[A-Za-z0-9_-]{20,}/,
} as const;
export type Shape = keyof typeof shapes;

/** A phone is personal, no secret: it is the account's own, its events', and its counters'; whoever types one may read it again. */
const PHONE_STANDS_IN: readonly Channel[] = ["table", "event", "store", "command"];
/** The one phone that a start prints: everybody's, of the sandbox's merchant. */
const START_REPORT = /merchant's phone in the sandbox/;

/** The whole table of where a kind may stand: a phone with its account, and nothing else anywhere. */
export const mayStand = (kind: SecretKind | Shape, channel: Channel, place: string): boolean =>
  kind === "phone" &&
  (PHONE_STANDS_IN.includes(channel) || (channel === "output" && START_REPORT.test(place)));
