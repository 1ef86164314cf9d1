import { createHash, randomBytes } from "node:crypto";
import { sameSecret } from "../same-secret.ts";
import type { Person } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { unixSeconds } from "../time.ts";
import { SANDBOX_OIDC_CLIENT_SECRET } from "./client.ts";
import type { Codes, Grant } from "./codes.ts";
import type { SigningKeys } from "./keys.ts";
import type { OidcSwitches } from "./switches.ts";

const BODY_LIMIT_BYTES = 20_000;
const TOKEN_LIFE_SECONDS = 3_600;

export interface TokenParts {
  world: World;
  codes: Codes;
  keys: SigningKeys;
  issuer: string;
  switches: OidcSwitches;
}

/** The id of nobody's bot. */
const WRONG_AUDIENCE = "1";

const json = (body: unknown, status = 200) =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });
const failure = (status: number, error: string) => json({ error }, status);

/** Id and secret as in a form, behind one another (RFC 6749, section 2.3.1). */
const hasClientSecret = (request: Request, clientId: string): boolean => {
  const [, encoded = ""] =
    /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  const [id = "", secret = ""] = Buffer.from(encoded, "base64")
    .toString("utf8")
    .split(":")
    .map((part) => new URLSearchParams(`v=${part}`).get("v") ?? "");
  return sameSecret(id, clientId) && sameSecret(secret, SANDBOX_OIDC_CLIENT_SECRET);
};

/** Opaque, and not the account's id, so that nobody takes the one for the other. */
const subjectOf = ({ id }: Person): string =>
  createHash("sha256").update(`sandbox subject ${id}`).digest("base64url").slice(0, 22);

const claimsOf = ({ world, issuer, switches }: TokenParts, person: Person, { scopes, nonce }: Grant) => {
  const now = unixSeconds(world.clock.now());
  const behaviour = switches.now();
  return {
    iss: issuer,
    sub: subjectOf(person),
    aud: behaviour.audience === "right" ? String(world.bot.id) : WRONG_AUDIENCE,
    iat: now,
    exp: now + TOKEN_LIFE_SECONDS,
    nonce: behaviour.nonce === "right" ? nonce : `not ${nonce}`,
    ...(scopes.includes("profile")
      ? {
          id: person.id,
          name: person.lastName === null ? person.firstName : `${person.firstName} ${person.lastName}`,
          ...(person.username === null ? {} : { preferred_username: person.username }),
        }
      : {}),
    // Without the plus sign, as in contacts.
    ...(scopes.includes("phone") ? { phone_number: person.phone.slice(1) } : {}),
  };
};

/** Redeems a code (OpenID Connect Core 1.0, section 3.1.3). */
export async function redeemCode(parts: TokenParts, request: Request): Promise<Response> {
  const { world, codes, keys } = parts;
  const body = await request.arrayBuffer();
  if (body.byteLength > BODY_LIMIT_BYTES) return failure(413, "invalid_request");
  if (!hasClientSecret(request, String(world.bot.id))) return failure(401, "invalid_client");
  const form = new URLSearchParams(new TextDecoder().decode(body));
  const text = (name: string) => form.get(name) ?? "";
  if (text("grant_type") !== "authorization_code") return failure(400, "unsupported_grant_type");
  const grant = codes.take(text("code"), text("code_verifier"), text("redirect_uri"));
  const person = grant === null ? undefined : world.people.get(grant.personId);
  if (grant === null || person === undefined) return failure(400, "invalid_grant");
  return json({
    access_token: randomBytes(32).toString("base64url"),
    token_type: "Bearer",
    expires_in: TOKEN_LIFE_SECONDS,
    scope: grant.scopes.join(" "),
    id_token: await keys.sign(claimsOf(parts, person, grant), parts.switches.now().algorithm),
  });
}
