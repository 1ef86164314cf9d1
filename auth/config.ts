import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigError, variable } from "../shared/runtime/config.ts";
import { privateJwkSchema, type SigningKey, signingKeyOf } from "./credentials/signing-key.ts";
import { normalizePhone } from "./domain/phone.ts";

const phones = () =>
  variable.list().transform((items, context) =>
    items.map((item) => {
      const phone = normalizePhone(item);
      if (phone === null) context.addIssue("phone numbers with country code, separated by commas");
      return phone ?? "";
    }),
  );

/** The variables that auth reads. */
export const authConfigSchema = z.object({
  JWT_PRIVATE_JWK: z
    .string()
    .optional()
    .describe(
      "Ed25519 private key that signs tokens, as a JWK; made and kept in DATA_DIR outside production",
    ),
  JWT_PRIVATE_JWK_FILE: z.string().optional().describe("path of a file that holds JWT_PRIVATE_JWK"),
  JWT_ISSUER: z.string().min(1).max(200).default("kiosk").describe("issuer of tokens (claim iss)"),
  ACCESS_TOKEN_TTL_SECONDS: variable.seconds(900, 60, 3_600).describe("life of an access token, seconds"),
  REFRESH_TOKEN_TTL_SECONDS: variable
    .seconds(2_592_000, 3_600, 31_536_000)
    .describe("life of a session however often it is refreshed, seconds"),
  OTP_PEPPER: variable
    .secret()
    .describe("secret that sign-in codes are derived from, 32 characters at least"),
  OTP_TTL_SECONDS: variable.seconds(300, 60, 600).describe("life of a sign-in code, seconds"),
  OTP_REQUESTS_PER_ADDRESS: variable
    .wholeNumber(20, 1, 100_000)
    .describe(
      "requests for sign-in codes that one network address has in an hour; 1000 while the sandbox is on",
    ),
  ADMIN_PHONES: phones().describe("phones whose owners are admins, separated by commas"),
  RATE_LIMITS: variable
    .onOff("on")
    .describe("off lifts the budgets by address, phone and chat, for load tests; refused in production"),
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
