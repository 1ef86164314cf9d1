import { createHash, randomBytes } from "node:crypto";
import { base64url, exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from "jose";
import { type Clock, systemClock } from "../../shared/kernel/clock.ts";
import { canary } from "../../shared/testing/canary/canary.ts";

export const CLIENT_ID = "7000000001";
export const CLIENT_SECRET = "secret of the client: with % and ü";

type Claims = Record<string, unknown>;

/** A key of a curve that jose does not import; the point is the curve's base point. */
const ES256K_KEY: JWK = {
  kty: "EC",
  crv: "secp256k1",
  alg: "ES256K",
  use: "sig",
  kid: "es256k",
  x: "eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g",
  y: "SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg",
};

const makeKey = async (kid: string, alg = "RS256") => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
};
type Key = Awaited<ReturnType<typeof makeKey>>;

const signed = async (claims: Claims, { kid, alg, privateKey }: Key): Promise<string> => {
  const token = await new SignJWT(claims).setProtectedHeader({ alg, kid, typ: "JWT" }).sign(privateKey);
  canary?.learn("id token", token);
  return token;
};

/** What a test may make the provider do. */
export interface IssuerScript {
  /** Changes the claims before they are signed. */
  claims: (claims: Claims) => Claims;
  /** Signs them in another way. */
  sign: (claims: Claims) => Promise<string>;
  /** Replaces any answer, by path. */
  answer: (path: string) => Response | Promise<Response> | undefined;
  /** Added to the discovery document. */
  discovery: Claims;
  /** Left out of the token's answer where undefined. */
  scope: string | undefined;
}

const authorized = (request: Request): boolean => {
  const expected = [CLIENT_ID, CLIENT_SECRET].map((text) => encodeURIComponent(text).replaceAll("%20", "+"));
  return request.headers.get("authorization") === `Basic ${btoa(expected.join(":"))}`;
};

const unsigned = async (claims: Claims): Promise<string> => {
  const header: JWTHeaderParameters = { alg: "none" };
  return `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(claims))}.`;
};

/** What people have agreed to, by code; each is good once, for who knows the verifier. */
const createGrants = () => {
  const codes = new Map<string, { nonce: string; challenge: string; redirectUri: string; about: Claims }>();
  return {
    /** The person says yes: what the browser brings back. */
    consent(location: string, about: Claims) {
      const query = new URL(location).searchParams;
      const text = (name: string) => query.get(name) ?? "";
      const code = randomBytes(24).toString("base64url");
      const [nonce, challenge, redirectUri] = [text("nonce"), text("code_challenge"), text("redirect_uri")];
      codes.set(code, { nonce, challenge, redirectUri, about });
      return { code, state: text("state") };
    },
    take(form: URLSearchParams) {
      const code = form.get("code") ?? "";
      const grant = codes.get(code);
      codes.delete(code);
      const challenge = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      const fits = grant?.challenge === challenge && grant.redirectUri === form.get("redirect_uri");
      return grant !== undefined && fits ? grant : null;
    },
  };
};

/** An OpenID Connect provider on a port of its own, which a test can make misbehave in every way. */
export const startIssuer = async () => {
  const first = await makeKey("key-1");
  const state = { keys: [first], signing: first, clock: systemClock as Clock };
  const initialScript = (): IssuerScript => ({
    claims: (claims) => claims,
    sign: (claims) => signed(claims, state.signing),
    answer: () => undefined,
    discovery: {},
    scope: undefined,
  });
  let script = initialScript();
  const calls: string[] = [];
  const issued: string[] = [];
  const grants = createGrants();

  const redeem = async (request: Request): Promise<Response> => {
    if (!authorized(request)) return Response.json({ error: "invalid_client" }, { status: 401 });
    const grant = grants.take(new URLSearchParams(await request.text()));
    if (grant === null) return Response.json({ error: "invalid_grant" }, { status: 400 });
    const iat = Math.floor(state.clock.now().getTime() / 1000);
    const base = { iss: issuer, aud: CLIENT_ID, iat, exp: iat + 3_600, nonce: grant.nonce, ...grant.about };
    const scope = script.scope === undefined ? {} : { scope: script.scope };
    const id_token = await script.sign(script.claims(base));
    issued.push(id_token);
    return Response.json({ access_token: "unused", token_type: "Bearer", id_token, ...scope });
  };

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request): Promise<Response> {
      const { pathname } = new URL(request.url);
      calls.push(pathname);
      const scripted = await script.answer(pathname);
      if (scripted !== undefined) return scripted;
      if (pathname === "/token") return redeem(request);
      if (pathname === "/jwks")
        return Response.json({ keys: [ES256K_KEY, ...state.keys.map(({ jwk }) => jwk)] });
      return Response.json({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        ...script.discovery,
      });
    },
  });
  const issuer = `http://127.0.0.1:${server.port}`;

  return {
    issuer,
    /** Every id_token that was given out. */
    issued,
    /** How often a path was asked for. */
    callsTo: (path: string) => calls.filter((call) => call === path).length,
    useClock: (clock: Clock) => {
      state.clock = clock;
    },
    /** From now on it behaves like this, and as it should in everything else. */
    play: (change: Partial<IssuerScript> = {}) => {
      script = { ...initialScript(), ...change };
    },
    /** Signs with another key from now on; the one before is withdrawn. */
    rotate: async (alg = "RS256") => {
      state.signing = await makeKey(`key-${crypto.randomUUID()}`, alg);
      state.keys = [state.signing];
    },
    /** Signs with a key that is not published. */
    stranger: async (kid: string) => {
      const key = await makeKey(kid);
      return (claims: Claims) => signed(claims, key);
    },
    /** The same by the published RSA key's text as a shared secret: the classic confusion of algorithms. */
    confused: (claims: Claims): Promise<string> =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", kid: state.signing.kid })
        .sign(new TextEncoder().encode(JSON.stringify(state.signing.jwk))),
    unsigned,
    consent: grants.consent,
    close: () => server.stop(true),
  };
};

export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>;
