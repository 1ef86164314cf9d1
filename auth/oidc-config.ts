import { z } from "zod";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { ConfigError, variable } from "../shared/runtime/config.ts";
import { idTokenAlgorithms } from "./credentials/id-token.ts";
import { readStandardClaims, readTelegramClaims } from "./credentials/oidc-claims.ts";
import { isProviderAddress } from "./credentials/oidc-issuer.ts";
import type { OidcSettings } from "./credentials/oidc-provider.ts";
import { TELEGRAM } from "./domain/oidc.ts";

/** Providers beside Telegram; each has a button on the page. */
const PROVIDERS_MAX = 16;
const TELEGRAM_SCOPES = ["openid", "profile", "phone", "telegram:bot_access"];
const ADDRESS = "an https:// address (http:// on this machine)";

const address = z.string().max(512).refine(isProviderAddress, ADDRESS);
const algorithm = z.enum(idTokenAlgorithms, { error: `one of ${idTokenAlgorithms.join(", ")}` });

const providerSchema = z.strictObject({
  /** Part of the routes, and of the identities that are stored. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, "lower-case letters, digits and hyphens")
    .refine((name) => name !== TELEGRAM, "telegram has variables of its own"),
  issuer: address,
  clientId: z.string().min(1).max(512),
  clientSecret: z.string().min(1).max(512),
  scopes: z.array(z.string().regex(/^[!#-[\]-~]+$/)).default(["openid", "profile"]),
  algorithms: z.array(algorithm).min(1).default(["RS256"]),
  origins: z.array(address).max(8).default([]),
});

/** The text of OIDC_PROVIDERS. Its parser's messages would quote it, and it holds secrets: what is wrong is told by place alone. */
const providers = z
  .string()
  .default("")
  .transform((text, context) => {
    if (text.trim() === "") return [];
    const parsed = z.array(z.unknown()).max(PROVIDERS_MAX).safeParse(tryJson(text));
    if (!parsed.success) {
      context.addIssue(`a JSON array of ${PROVIDERS_MAX} providers at most`);
      return z.NEVER;
    }
    return parsed.data.flatMap((item, index) => {
      const read = providerSchema.safeParse(item);
      if (read.success) return [read.data];
      for (const { path, code } of read.error.issues)
        context.addIssue(`provider ${index + 1}: ${path.join(".") || "fields"} ${code}; see auth/README.md`);
      return [];
    });
  });

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The variables for signing in by OpenID Connect. */
export const oidcVariables = {
  TELEGRAM_OIDC_CLIENT_ID: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe(
      "client id of “Log in with Telegram”, from @BotFather (Bot Settings, Web Login); while the sandbox stands in for Telegram: the sandbox's",
    ),
  TELEGRAM_OIDC_CLIENT_SECRET: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe("client secret that belongs to TELEGRAM_OIDC_CLIENT_ID"),
  TELEGRAM_OIDC_ISSUER: address
    .default("https://oauth.telegram.org")
    .describe("issuer of “Log in with Telegram”"),
  TELEGRAM_OIDC_ALGORITHMS: variable
    .list()
    .transform((names) => (names.length === 0 ? ["RS256"] : names))
    .pipe(z.array(algorithm))
    .describe(
      "algorithms that its id_tokens may be signed with: RS256, ES256, EdDSA; as set with @BotFather",
    ),
  OIDC_PROVIDERS: providers.describe(
    "other OpenID Connect providers, as a JSON array of { name, issuer, clientId, clientSecret, scopes?, algorithms?, origins? }",
  ),
  ALLOWED_ORIGINS: variable
    .list()
    .describe("Web origins that may call the API from a browser, comma separated; * only outside production"),
} as const;

export type OidcConfig = Readonly<z.infer<z.ZodObject<typeof oidcVariables>>>;

/** What the process around tells auth: it knows where it is reached, and whether the sandbox stands in for Telegram. */
export interface OidcConnection {
  /** The one public address of the gateway, without a slash at its end. */
  readonly publicUrl: string;
  /** Telegram's stand-in; null while Telegram itself is used. */
  readonly sandbox: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
    /** Reaches it in this process; over the network where it is missing. */
    readonly fetch?: ServiceFetch | undefined;
  } | null;
}

const telegramSettings = (config: OidcConfig, { sandbox }: OidcConnection): OidcSettings[] => {
  const {
    TELEGRAM_OIDC_CLIENT_ID: clientId,
    TELEGRAM_OIDC_CLIENT_SECRET: clientSecret,
    TELEGRAM_OIDC_ISSUER: issuer,
    TELEGRAM_OIDC_ALGORITHMS: algorithms,
  } = config;
  const common = { name: TELEGRAM, scopes: TELEGRAM_SCOPES, origins: [], readClaims: readTelegramClaims };
  if (clientId !== undefined && clientSecret !== undefined)
    return [{ ...common, issuer, clientId, clientSecret, algorithms }];
  if (clientId !== undefined || clientSecret !== undefined)
    throw new ConfigError(["TELEGRAM_OIDC_CLIENT_ID: set it and TELEGRAM_OIDC_CLIENT_SECRET, or neither"]);
  return sandbox === null ? [] : [{ ...common, ...sandbox, algorithms: ["RS256"] }];
};

/** The providers that are configured. Throws a ConfigError where Telegram's is half configured, or two have one name. */
export const providerSettings = (config: OidcConfig, connection: OidcConnection): readonly OidcSettings[] => {
  const others = config.OIDC_PROVIDERS.map((provider) => ({
    ...provider,
    scopes: [...new Set(["openid", ...provider.scopes])],
    readClaims: readStandardClaims(provider.name),
  }));
  if (new Set(others.map(({ name }) => name)).size < others.length)
    throw new ConfigError(["OIDC_PROVIDERS: two providers have the same name"]);
  return [...telegramSettings(config, connection), ...others];
};
