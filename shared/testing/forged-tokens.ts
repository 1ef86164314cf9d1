import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import {
  type Forger,
  forgerOf,
  type Json,
  joined,
  macBy,
  type RealTokens,
  readPart,
  type Signer,
  signedBy,
  text,
} from "./forger.ts";

type Forgeries = Readonly<Record<string, string>>;

const withoutSignature = ({ access, header, claims }: Forger): Forgeries => {
  const payload = text({ ...claims, role: "admin" });
  const signature = access.split(".")[2] ?? "";
  const spellings = ["none", "None", "NONE", "nOnE", "none ", "", null];
  return {
    ...Object.fromEntries(
      spellings.map((alg) => [
        `alg ${JSON.stringify(alg)}, unsigned`,
        `${text({ ...header, alg })}.${payload}.`,
      ]),
    ),
    "alg none with the old signature": `${text({ ...header, alg: "none" })}.${payload}.${signature}`,
    "alg none without the last dot": `${text({ ...header, alg: "none" })}.${payload}`,
    "no alg": `${text({ kid: header.kid, typ: header.typ })}.${payload}.${signature}`,
    "a list of algs": `${text({ ...header, alg: ["EdDSA", "none"] })}.${payload}.${signature}`,
  };
};

/** The public key is public: whoever takes it for a shared secret lets everybody sign. */
const withPublicKeyAsSecret = ({ privateKey, header, claims }: Forger): Forgeries => {
  const publicKey = createPublicKey(privateKey);
  const jwk = publicKey.export({ format: "jwk" }) as { x: string };
  const forms: Record<string, string | Buffer> = {
    PEM: publicKey.export({ type: "spki", format: "pem" }),
    "PEM without its last line break": String(publicKey.export({ type: "spki", format: "pem" })).trimEnd(),
    DER: publicKey.export({ type: "spki", format: "der" }),
    JWK: JSON.stringify(jwk),
    "raw bytes": Buffer.from(jwk.x, "base64url"),
    "base64url text": jwk.x,
    nothing: "",
  };
  const payload = text({ ...claims, role: "admin" });
  return Object.fromEntries(
    Object.entries(forms).flatMap(([form, secret]) =>
      [256, 384, 512].map((bits) => [
        `HS${bits} with the public key as ${form}`,
        joined(text({ ...header, alg: `HS${bits}` }), payload, macBy(`sha${bits}`, secret)),
      ]),
    ),
  );
};

const withOtherKeys = ({ header, claims, theirs, ours, theirJwk, ofDroppedKey }: Forger): Forgeries => {
  const payload = text({ ...claims, role: "admin" });
  const from = (change: Json, signer: Signer = theirs) =>
    joined(text({ ...header, ...change }), payload, signer);
  const { alg, typ, kid } = header;
  const at = "https://attacker.example/keys";
  const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const droppedKid = readPart(ofDroppedKey, 0).kid;
  return {
    "another key under our kid": from({}),
    "another key, sent along as jwk": from({ jwk: theirJwk }),
    "another key, sent along as jwk, under a kid of its own": from({
      jwk: { ...theirJwk, kid: "k" },
      kid: "k",
    }),
    "another key, at a jku": from({ jku: at, kid: "k" }),
    "another key, at an x5u": from({ x5u: at }),
    "another key, as x5c": from({ x5c: [Buffer.from(String(theirJwk.x)).toString("base64")] }),
    "kid of a path": from({ kid: "../../../../../../dev/null" }),
    "kid of a path, with an empty secret": joined(
      text({ ...header, alg: "HS256", kid: "/dev/null" }),
      payload,
      macBy("sha256", ""),
    ),
    "kid of SQL": from({ kid: "x' union select 'AA' -- " }),
    "kid of an address": from({ kid: at }),
    "kid of a prototype": from({ kid: "__proto__" }),
    "kid of a method": from({ kid: "constructor" }),
    "an empty kid": from({ kid: "" }),
    "an endless kid": from({ kid: "k".repeat(1_200) }),
    "a kid that is a number": from({ kid: 1 }),
    "a kid that is a list": from({ kid: [kid] }),
    "no kid": joined(text({ alg, typ }), payload, theirs),
    "no kid, though our key signed": joined(text({ alg, typ }), text(claims), ours),
    "our key under a kid that is nobody's": joined(text({ ...header, kid: "k" }), text(claims), ours),
    "our key under the kid of a dropped one": joined(
      text({ ...header, kid: droppedKid }),
      text(claims),
      ours,
    ),
    "a key that was dropped": ofDroppedKey,
    "an ES256 key": from({ alg: "ES256" }, signedBy(p256.privateKey, "sha256")),
    "an ES256 key that says EdDSA": from({}, signedBy(p256.privateKey, "sha256")),
    "an RS256 key": from({ alg: "RS256" }, (input) => sign("sha256", Buffer.from(input), rsa.privateKey)),
    "our key by another name of its algorithm": joined(
      text({ ...header, alg: "Ed25519" }),
      text(claims),
      ours,
    ),
  };
};

/** As if auth had signed something for another purpose, or with a mistake: the real key alone opens nothing. */
const withOtherClaims = ({ header, claims, ours, nowSeconds, refresh }: Forger): Forgeries => {
  const say = (change: Json, head: Json = {}) =>
    joined(text({ ...header, ...head }), text({ ...claims, ...change }), ours);
  const changes: Record<string, Json> = {
    "another audience": { aud: "elsewhere" },
    "our audience among others": { aud: ["kiosk", "elsewhere"] },
    "no audience": { aud: undefined },
    "another issuer": { iss: "https://attacker.example" },
    "our issuer in other letters": { iss: String(claims.iss).toUpperCase() },
    "a list of issuers": { iss: [claims.iss] },
    "no issuer": { iss: undefined },
    "no subject": { sub: undefined },
    "a subject that is no id": { sub: "1 or 1=1" },
    "a subject that is an object": { sub: { id: claims.sub } },
    "no session": { sid: undefined },
    "a session that is no id": { sid: "*" },
    "a role that is not": { role: "root" },
    "a list of roles": { role: ["customer", "admin"] },
    "no role": { role: undefined },
    "no type in the claims": { typ: undefined },
    "the claims of a refresh token": { typ: "refresh" },
    expired: { exp: nowSeconds - 31 },
    "no end": { exp: undefined },
    "an end that is text": { exp: String(claims.exp) },
    "an end beyond all numbers": { exp: null },
    "not yet valid": { nbf: nowSeconds + 31 },
    "issued in the far future": { iat: nowSeconds + 86_400, exp: nowSeconds + 87_000 },
    "issued too long ago": { iat: nowSeconds - 86_400 },
    "no time of issue": { iat: undefined },
    "more than any token of ours holds": { filling: "x".repeat(3_000) },
  };
  return {
    ...Object.fromEntries(Object.entries(changes).map(([name, change]) => [name, say(change)])),
    "a refresh token": refresh,
    "a plain JWT": say({}, { typ: "JWT" }),
    "the type of a refresh token in the header": say({}, { typ: "rt+jwt" }),
    "a type in the header that only begins like ours": say({}, { typ: "at+jwt;x" }),
    "no type in the header": joined(text({ ...header, typ: undefined }), text(claims), ours),
    "an extension that must be understood": say({}, { crit: ["admin"], admin: true }),
    "an extension that must be understood and is not there": say({}, { crit: ["exp"] }),
    "an empty list of extensions": say({}, { crit: [] }),
    "an unencoded payload": say({}, { b64: false, crit: ["b64"] }),
    "a token within a token": joined(
      text({ ...header, cty: "JWT" }),
      Buffer.from(say({})).toString("base64url"),
      ours,
    ),
    "claims that are a list": joined(text(header), text([claims]), ours),
    "claims that are nothing": joined(text(header), text(null), ours),
    "claims that are not JSON": joined(text(header), Buffer.from("{sub:1}").toString("base64url"), ours),
  };
};

/** The order of Ed25519's group (RFC 8032, 5.1): a signature whose second half is larger by it was once accepted by many. */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const littleEndian = (bytes: Buffer): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
const withLargeHalf = (signature: Buffer): Buffer => {
  const large = littleEndian(signature.subarray(32)) + GROUP_ORDER;
  const half = Buffer.from(large.toString(16).padStart(64, "0").slice(-64), "hex").reverse();
  return Buffer.concat([signature.subarray(0, 32), half]);
};

/** The last of 86 characters has 4 spare bits: 16 characters stand for the same bytes. */
const withSpareBits = (part: string): string => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return `${part.slice(0, -1)}${alphabet[alphabet.indexOf(part.at(-1) ?? "A") ^ 1] ?? "A"}`;
};

const withOtherText = ({ access, header, claims, ours, theirs }: Forger): Forgeries => {
  const [head = "", payload = "", signature = ""] = access.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const under = (changed: Json | string) =>
    `${head}.${typeof changed === "string" ? Buffer.from(changed).toString("base64url") : text(changed)}.${signature}`;
  const json = JSON.stringify(claims);
  const twice = `{"role":"admin",${json.slice(1)}`;
  const other = joined(head, text({ ...claims, role: "customer", x: 1 }), ours).split(".")[2] ?? "";
  const flat = { payload, protected: head, signature };
  const attackers = { protected: head, signature: theirs(`${head}.${payload}`).toString("base64url") };
  return {
    "another role under the old signature": under({ ...claims, role: "owner" }),
    "more rights under the old signature": under({ ...claims, role: "admin", scope: "*" }),
    "another person under the old signature": under({ ...claims, sub: crypto.randomUUID() }),
    "another session under the old signature": under({ ...claims, sid: crypto.randomUUID() }),
    "a later end under the old signature": under({ ...claims, exp: Number(claims.exp) + 9_000 }),
    "a claim twice under the old signature": under(twice),
    "a header member twice under the old signature": `${Buffer.from(`{"alg":"none",${JSON.stringify(header).slice(1)}`).toString("base64url")}.${payload}.${signature}`,
    "spaces in the payload under the old signature": under(JSON.stringify(claims, null, 1)),
    "the signature of another token": `${head}.${payload}.${other}`,
    "an empty signature": `${head}.${payload}.`,
    "no signature": `${head}.${payload}`,
    "a signature of zeros": `${head}.${payload}.${Buffer.alloc(64).toString("base64url")}`,
    "a signature that is cut": `${head}.${payload}.${signature.slice(0, -2)}`,
    "half a token": access.slice(0, access.length / 2),
    "bytes after the signature": `${head}.${payload}.${Buffer.concat([bytes, Buffer.alloc(2)]).toString("base64url")}`,
    "a signature with a large half": `${head}.${payload}.${withLargeHalf(bytes).toString("base64url")}`,
    "the signature in spare bits": `${head}.${payload}.${withSpareBits(signature)}`,
    "the signature padded": `${access}==`,
    "the signature in hex": `${head}.${payload}.${bytes.toString("hex")}`,
    "standard base64": [head, payload, signature]
      .map((part) => Buffer.from(part, "base64url").toString("base64"))
      .join("."),
    "a space within": `${head}.${payload}. ${signature}`,
    "a fourth part": `${access}.${signature}`,
    "five parts, as if encrypted": `${access}.${signature}.${signature}`,
    "a dot before": `.${access}`,
    "two tokens": `${access},${access}`,
    "percent signs": `${head}%2E${payload}%2E${signature}`,
    "JSON, flattened": JSON.stringify(flat),
    "JSON with two signatures": JSON.stringify({
      payload,
      signatures: [attackers, { protected: head, signature }],
    }),
    "a huge token": `${head}.${"A".repeat(20_000)}.${signature}`,
    "dots alone": "..",
    "the word null": "null",
  };
};

/** Forged tokens by what is wrong with them; every one must be refused, in the same words. */
export const forgedTokens = (real: RealTokens): Forgeries => {
  const forger = forgerOf(real);
  return {
    ...withoutSignature(forger),
    ...withPublicKeyAsSecret(forger),
    ...withOtherKeys(forger),
    ...withOtherClaims(forger),
    ...withOtherText(forger),
  };
};
