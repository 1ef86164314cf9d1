import type { World } from "../state/world.ts";
import { type AuthorizeParts, answerAuthorize, askToAuthorize } from "./authorize.ts";
import { createCodes } from "./codes.ts";
import { createSigningKeys } from "./keys.ts";
import type { OidcSwitches } from "./switches.ts";
import { redeemCode } from "./token-endpoint.ts";

/** Where “Log in with Telegram” is, below the sandbox. */
export const OIDC_PATH = "/oidc";

export interface OidcOptions {
  world: World;
  /** How it behaves: well, unless a test wants otherwise. */
  switches: OidcSwitches;
  /** Where people and shops reach the sandbox, without a slash at its end. */
  publicUrl: string;
  controlToken: string;
  clientAddress?: ((request: Request) => string | undefined) | undefined;
}

const document = (body: unknown) => Response.json(body, { headers: { "cache-control": "no-store" } });

const discoveryOf = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks.json`,
  response_types_supported: ["code"],
  grant_types_supported: ["authorization_code"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256", "EdDSA"],
  token_endpoint_auth_methods_supported: ["client_secret_basic"],
  code_challenge_methods_supported: ["S256"],
  scopes_supported: ["openid", "profile", "phone", "telegram:bot_access"],
  claims_supported: [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nonce",
    "id",
    "name",
    "preferred_username",
    "phone_number",
  ],
  authorization_response_iss_parameter_supported: true,
});

/**
 * “Log in with Telegram” (core.telegram.org/bots/telegram-login): an OpenID Connect provider with the sandbox's people. Answers
 * undefined for a path that it has not; `path` is what follows `/sandbox/oidc`.
 */
export function createOidc(
  options: OidcOptions,
): (request: Request, path: string) => Promise<Response | undefined> {
  const issuer = `${options.publicUrl}/sandbox${OIDC_PATH}`;
  const keys = createSigningKeys();
  const parts: AuthorizeParts = { ...options, issuer, codes: createCodes(options.world.clock) };
  const css = async () =>
    new Response(await Bun.file(new URL("authorize.css", import.meta.url)).arrayBuffer(), {
      headers: { "content-type": "text/css; charset=utf-8", "x-content-type-options": "nosniff" },
    });
  const routes: Record<string, (request: Request) => Response | Promise<Response>> = {
    "GET /.well-known/openid-configuration": () => document(discoveryOf(issuer)),
    "GET /jwks.json": async () => document(await keys.published()),
    "GET /authorize": (request) => askToAuthorize(parts, request),
    "POST /authorize": (request) => answerAuthorize(parts, request),
    "POST /token": (request) => redeemCode({ ...parts, keys }, request),
    "GET /authorize.css": css,
  };
  return async (request, path) => {
    const method = request.method === "HEAD" ? "GET" : request.method;
    return routes[`${method} ${path}`]?.(request);
  };
}
