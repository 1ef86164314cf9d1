import { generateKeyPair, type KeyObject, randomUUID, sign } from "node:crypto";
import { promisify } from "node:util";
import type { SigningAlgorithm } from "./switches.ts";

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

const generate = promisify(generateKeyPair);

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export interface SigningKeys {
  /** The key set (RFC 7517). */
  published(): Promise<{ keys: unknown[] }>;
  /** A JWT (RFC 7515). */
  sign(claims: Record<string, unknown>, algorithm: SigningAlgorithm): Promise<string>;
}

interface Pair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

/** Keys of one run, made when they are first needed: after a restart there are others, as after a rotation. */
export function createSigningKeys(): SigningKeys {
  const kids: Record<SigningAlgorithm, string> = { RS256: randomUUID(), EdDSA: randomUUID() };
  let made: Promise<Record<SigningAlgorithm, Pair>> | undefined;
  const pairs = () => {
    made ??= makePairs();
    return made;
  };
  return {
    async published() {
      const { RS256, EdDSA } = await pairs();
      const { kty, n, e } = RS256.publicKey.export({ format: "jwk" });
      const edwards = EdDSA.publicKey.export({ format: "jwk" });
      return {
        keys: [
          ES256K_KEY,
          { kty, n, e, kid: kids.RS256, alg: "RS256", use: "sig" },
          { kty: edwards.kty, crv: edwards.crv, x: edwards.x, kid: kids.EdDSA, alg: "EdDSA", use: "sig" },
        ],
      };
    },
    async sign(claims, algorithm) {
      const { privateKey } = (await pairs())[algorithm];
      const signed = `${encode({ alg: algorithm, typ: "JWT", kid: kids[algorithm] })}.${encode(claims)}`;
      const digest = algorithm === "RS256" ? "sha256" : null;
      return `${signed}.${sign(digest, Buffer.from(signed), privateKey).toString("base64url")}`;
    },
  };
}

async function makePairs(): Promise<Record<SigningAlgorithm, Pair>> {
  return {
    RS256: await generate("rsa", { modulusLength: RSA_BITS }),
    EdDSA: await generate("ed25519"),
  };
}
