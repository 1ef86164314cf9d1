import { createHash } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../shared/kernel/clock.ts";
import { unavailable } from "../../shared/kernel/errors.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { within } from "../../shared/runtime/retry.ts";
import { type OidcProvider, OidcRefusal } from "../usecases/oidc-ports.ts";
import { createIdTokenVerifier, type IdTokenAlgorithm } from "./id-token.ts";
import type { ReadClaims } from "./oidc-claims.ts";
import { createIssuer, type Discovery, type Issuer, type IssuerAnswer } from "./oidc-issuer.ts";

/** Longest wait for a provider over all calls: the gateway gives up after five seconds, and the page must hear before. */
const PROVIDER_DEADLINE_MS = 4_000;

/** Everything that makes one provider differ from another. */
export interface OidcSettings {
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly algorithms: readonly IdTokenAlgorithm[];
  /** Origins of its endpoints beside the issuer's. */
  readonly origins: readonly string[];
  readonly readClaims: ReadClaims;
  /** In place of the network: a provider in this process. */
  readonly fetch?: ServiceFetch | undefined;
}

export interface OidcProviderOptions {
  readonly settings: OidcSettings;
  /** Registered with the provider. */
  readonly redirectUri: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const redeemedSchema = z.object({ id_token: z.string(), scope: z.string().optional() });
const errorSchema = z.object({ error: z.string() });

/** S256 (RFC 7636, section 4.2). */
const challengeOf = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url");

/** Id and secret are encoded as in a form before they become a password (RFC 6749, section 2.3.1). */
const basicCredentials = ({ clientId, clientSecret }: OidcSettings): string => {
  const encoded = [clientId, clientSecret].map((text) =>
    new URLSearchParams({ "": text }).toString().slice(1),
  );
  return `Basic ${Buffer.from(encoded.join(":")).toString("base64")}`;
};

/** How the provider wants to know us: in the header, unless it says that it reads the body only. */
const isBasic = ({ token_endpoint_auth_methods_supported: methods }: Discovery): boolean =>
  methods === undefined || methods.includes("client_secret_basic") || !methods.includes("client_secret_post");

const askForToken = (
  issuer: Issuer,
  discovery: Discovery,
  settings: OidcSettings,
  fields: Readonly<Record<string, string>>,
): Promise<IssuerAnswer> => {
  const form = new URLSearchParams({ grant_type: "authorization_code", ...fields });
  const headers: Record<string, string> = { "content-type": "application/x-www-form-urlencoded" };
  if (isBasic(discovery)) headers.authorization = basicCredentials(settings);
  else {
    form.set("client_id", settings.clientId);
    form.set("client_secret", settings.clientSecret);
  }
  return issuer.call(discovery.token_endpoint, { method: "POST", headers, body: form.toString() });
};

/** What the token endpoint gave, or why not; a client that is refused is our own fault, and a person can only come back later. */
const redeemedOf = ({ status, body }: IssuerAnswer, name: string, log: Logger) => {
  const redeemed = status === 200 ? redeemedSchema.safeParse(body) : null;
  if (redeemed?.success) return redeemed.data;
  const error = errorSchema.safeParse(body).data?.error;
  if (status === 400 && error === "invalid_grant") throw new OidcRefusal("code");
  log.warn("A sign-in provider does not redeem codes: look at its client id, secret and redirect address", {
    provider: name,
    status,
  });
  throw unavailable("The sign-in provider does not answer as it should.", 5);
};

/** A provider by its settings: nothing here knows one from another. */
export const createOidcProvider = (options: OidcProviderOptions): OidcProvider => {
  const { settings, redirectUri, clock, log } = options;
  const { name, clientId, scopes, algorithms, readClaims } = settings;
  const issuer = createIssuer({ ...settings, fetch: settings.fetch ?? ((request) => fetch(request)), clock });
  const verify = createIdTokenVerifier({
    ...{ clientId, algorithms, clock },
    issuer: settings.issuer,
    keys: issuer,
  });
  const late = () => unavailable("The sign-in provider took too long.", 5);

  const redeem: OidcProvider["redeem"] = async ({ code, nonce, verifier }) => {
    const discovery = await issuer.discover();
    const fields = { code, code_verifier: verifier, redirect_uri: redirectUri };
    const redeemed = redeemedOf(await askForToken(issuer, discovery, settings, fields), name, log);
    const claims = await verify(redeemed.id_token, nonce);
    // Left out: what was granted is what was asked for (RFC 6749, section 5.1).
    const granted = redeemed.scope?.split(" ") ?? scopes;
    const identity = readClaims(claims, granted);
    if (identity === null) throw new OidcRefusal("claims");
    return identity;
  };

  return {
    name,
    issuer: settings.issuer,
    async authorizationUrl({ state, nonce, verifier }) {
      const { authorization_endpoint } = await within(issuer.discover(), PROVIDER_DEADLINE_MS, late);
      const url = new URL(authorization_endpoint);
      const query = {
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: scopes.join(" "),
        state,
        nonce,
        code_challenge: challengeOf(verifier),
        code_challenge_method: "S256",
      };
      for (const [field, value] of Object.entries(query)) url.searchParams.set(field, value);
      return url.href;
    },
    redeem: (answer) => within(redeem(answer), PROVIDER_DEADLINE_MS, late),
  };
};
