import { generateKeyPair, type KeyObject, randomUUID, sign } from "node:crypto";
import { promisify } from "node:util";

const RSA_BITS = 2_048;

/**
 * A key of a curve that few libraries know. Telegram's key set has one, and programs stumbled over it that read all keys before they
 * pick theirs. Nothing is ever signed with it: it is the curve's base point (SEC 2, section 2.4.1).
 */
const ES256K_KEY = {
  kty: "EC",
  crv: "secp256k1",
  alg: "ES256K",
  use: "sig",
  kid: "sandbox-es256k",
  x: "eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g",
  y: "SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg",
};

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export interface SigningKeys {
  /** The key set (RFC 7517). */
  published(): Promise<{ keys: unknown[] }>;
  /** A JWT signed by RS256 (RFC 7515). */
  sign(claims: Record<string, unknown>): Promise<string>;
}

/** Keys of one run, made when they are first needed: after a restart there are others, as after a rotation. */
export function createSigningKeys(): SigningKeys {
  const kid = randomUUID();
  let made: Promise<{ publicKey: KeyObject; privateKey: KeyObject }> | undefined;
  const pair = () => {
    made ??= promisify(generateKeyPair)("rsa", { modulusLength: RSA_BITS });
    return made;
  };
  return {
    async published() {
      const { publicKey } = await pair();
      const { kty, n, e } = publicKey.export({ format: "jwk" });
      return { keys: [ES256K_KEY, { kty, n, e, kid, alg: "RS256", use: "sig" }] };
    },
    async sign(claims) {
      const { privateKey } = await pair();
      const signed = `${encode({ alg: "RS256", typ: "JWT", kid })}.${encode(claims)}`;
      return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
    },
  };
}
