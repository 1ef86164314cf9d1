import { readFileSync } from "node:fs";
import { z } from "zod";
import { ACCESS_TOKEN_MAX_SECONDS } from "../shared/contracts/tokens.ts";
import { ConfigError, variable } from "../shared/runtime/config.ts";
import { privateJwkSchema, type SigningKey, signingKeyOf } from "./credentials/signing-key.ts";
import { normalizePhone } from "./domain/phone.ts";
import { oidcVariables } from "./oidc-config.ts";
import { hasWidgetKey, telegramVariables } from "./telegram-config.ts";

const phones = () =>
  variable.list().transform((items, context) =>
    items.map((item) => {
      const phone = normalizePhone(item);
      if (phone === null) context.addIssue("phone numbers with country code, separated by commas");
      return phone ?? "";
    }),
  );

/** The variables that auth reads. */
const authVariables = z.object({
  JWT_PRIVATE_JWK: z
    .string()
    .optional()
    .describe(
      "Ed25519 private key that signs tokens first, as a JWK; `bun run keys:rotate` makes those that follow. Made and kept in DATA_DIR outside production",
    ),
  JWT_PRIVATE_JWK_FILE: z.string().optional().describe("path of a file that holds JWT_PRIVATE_JWK"),
  JWT_KEYS_SECRET: variable
    .secret()
    .optional()
    .describe(
      "secret that seals the private halves of signing keys in the database, 32 characters at least; OTP_PEPPER without it",
    ),
  JWT_ISSUER: z.string().min(1).max(200).default("kiosk").describe("issuer of tokens (claim iss)"),
  ACCESS_TOKEN_TTL_SECONDS: variable
    .seconds(900, 60, ACCESS_TOKEN_MAX_SECONDS)
    .describe("life of an access token, seconds"),
  REFRESH_TOKEN_TTL_SECONDS: variable
    .seconds(2_592_000, 3_600, 31_536_000)
    .describe("life of a session however often it is refreshed, seconds"),
  SESSION_IDLE_DAYS: variable
    .wholeNumber(14, 1, 365)
    .describe("days without a refresh after which a session ends, where it has not ended before"),
  AUDIT_ADDRESS_DAYS: variable
    .wholeNumber(90, 1, 3_650)
    .describe("days that security events keep the address and the device; the events themselves stay"),
  OTP_PEPPER: variable
    .secret()
    .describe("secret that sign-in codes are derived from, 32 characters at least"),
  OTP_PEPPER_ALSO: variable
    .secret()
    .optional()
    .describe(
      "second secret whose sign-in codes are good as well, while OTP_PEPPER is replaced: the new one stands here first, then the two change places, then the old one goes",
    ),
  OTP_TTL_SECONDS: variable.seconds(300, 60, 600).describe("life of a sign-in code, seconds"),
  OTP_REQUESTS_PER_ADDRESS: variable
    .wholeNumber(20, 1, 100_000)
    .describe(
      "requests for sign-in codes, and as many sign-ins from inside Telegram, that one network address has in an hour; 1000 while the sandbox is on",
    ),
  PASSWORD_LOGIN: variable
    .onOff("off")
    .describe(
      "on: accounts may also have a password to sign in by; weaker than a code, and a warning in production",
    ),
  SHOP_NAME: z
    .string()
    .min(1)
    .max(64)
    .default("Kiosk")
    .describe("name of the shop in messages; no password may hold it"),
  ADMIN_PHONES: phones().describe("phones whose owners are admins, separated by commas"),
  RATE_LIMITS: variable
    .onOff("on")
    .describe("off lifts the budgets by address, phone and chat, for load tests; refused in production"),
  ...telegramVariables,
  ...oidcVariables,
});

/** The same, as far as they go together. */
export const authConfigSchema = authVariables.refine(hasWidgetKey, {
  path: ["TELEGRAM_WIDGET_KEY"],
  error: "needed with AUTH_TELEGRAM_WIDGET=on (make it: bun run telegram:keys --widget)",
});

export type AuthConfig = Readonly<z.infer<typeof authConfigSchema>>;

const EXPECTED = "an Ed25519 private key as a JWK with kty, crv, x and d";

/** The signing key that the variables name. Throws a ConfigError where there is none or it is no such key. */
export const readSigningKey = (
  config: Pick<AuthConfig, "JWT_PRIVATE_JWK" | "JWT_PRIVATE_JWK_FILE">,
): SigningKey => {
  const { JWT_PRIVATE_JWK: text, JWT_PRIVATE_JWK_FILE: file } = config;
  const name = text === undefined ? "JWT_PRIVATE_JWK_FILE" : "JWT_PRIVATE_JWK";
  if (text === undefined && file === undefined) throw new ConfigError([`JWT_PRIVATE_JWK: ${EXPECTED}`]);
  try {
    return signingKeyOf(privateJwkSchema.parse(JSON.parse(text ?? readFileSync(file ?? "", "utf8"))));
  } catch {
    // Without the cause: a parser's message quotes what it read, and that is the key.
    throw new ConfigError([`${name}: ${EXPECTED}`]);
  }
};
