import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

// Tokens made by hand: a library would refuse to make most of what a forger sends.

export type Json = Readonly<Record<string, unknown>>;

/** What a forger has: more than a thief could get, since some forgeries are signed with the real key. */
export interface RealTokens {
  /** An access token that is accepted. */
  readonly access: string;
  readonly refresh: string;
  /** The key that signs now. */
  readonly privateKey: KeyObject;
  /** A token that was accepted until its key was dropped, and the id of that key. */
  readonly ofDroppedKey: string;
  /** The time by which tokens are looked at. */
  readonly now: Date;
}

export const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
export const readPart = (token: string, index: number): Json =>
  JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());

export type Signer = (input: string) => Buffer;
export const joined = (header: string, payload: string, signer: Signer): string =>
  `${header}.${payload}.${signer(`${header}.${payload}`).toString("base64url")}`;
export const signedBy = (key: KeyObject, hash: string | null = null): Signer => {
  const signing = hash === null ? key : { key, dsaEncoding: "ieee-p1363" as const };
  return (input) => sign(hash, Buffer.from(input), signing);
};
export const macBy =
  (hash: string, secret: string | Buffer): Signer =>
  (input) =>
    createHmac(hash, secret).update(input).digest();

export interface Forger extends RealTokens {
  readonly header: Json;
  readonly claims: Json;
  readonly ours: Signer;
  readonly theirs: Signer;
  readonly theirJwk: Json;
  readonly nowSeconds: number;
}

export const forgerOf = (real: RealTokens): Forger => {
  const attacker = generateKeyPairSync("ed25519");
  return {
    ...real,
    header: readPart(real.access, 0),
    claims: readPart(real.access, 1),
    ours: signedBy(real.privateKey),
    theirs: signedBy(attacker.privateKey),
    theirJwk: attacker.publicKey.export({ format: "jwk" }) as Json,
    nowSeconds: Math.floor(real.now.getTime() / 1000),
  };
};
