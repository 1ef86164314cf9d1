import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, readConfig } from "../shared/runtime/config.ts";
import { authConfigSchema, readSigningKey } from "./config.ts";
import { makeSigningKey } from "./credentials/signing-key.ts";

const OTP_PEPPER = "pepper-of-the-config-test-0123456789";
const read = (environment: Record<string, string>) =>
  readConfig(authConfigSchema, { OTP_PEPPER, ...environment });

describe("the configuration", () => {
  test("has defaults for everything but the secrets", () => {
    expect(read({})).toMatchObject({
      JWT_ISSUER: "kiosk",
      ACCESS_TOKEN_TTL_SECONDS: 900,
      REFRESH_TOKEN_TTL_SECONDS: 2_592_000,
      SESSION_IDLE_DAYS: 14,
      AUDIT_ADDRESS_DAYS: 90,
      OTP_TTL_SECONDS: 300,
      ADMIN_PHONES: [],
      RATE_LIMITS: true,
    });
    expect(() => readConfig(authConfigSchema, {})).toThrow(ConfigError);
  });

  test("auth-4: refuses a life of codes outside of 60 to 600 seconds", () => {
    for (const OTP_TTL_SECONDS of ["59", "601", "soon"])
      expect(() => read({ OTP_TTL_SECONDS })).toThrow(ConfigError);
  });

  test("reads admin phones in their normal form and refuses what is none", () => {
    expect(read({ ADMIN_PHONES: "+49 151 1234567, 4915187654321" }).ADMIN_PHONES).toEqual([
      "+491511234567",
      "+4915187654321",
    ]);
    expect(() => read({ ADMIN_PHONES: "+491511234567,boss" })).toThrow("ADMIN_PHONES");
  });
});

describe("the signing key", () => {
  test("comes from the variable or from the file that it names, and is the same key either way", () => {
    const folder = mkdtempSync(join(tmpdir(), "kiosk-auth-config-"));
    try {
      const jwk = JSON.stringify(makeSigningKey());
      const file = join(folder, "key.json");
      writeFileSync(file, jwk);
      const key = readSigningKey({ JWT_PRIVATE_JWK: jwk, JWT_PRIVATE_JWK_FILE: undefined });
      expect(readSigningKey({ JWT_PRIVATE_JWK: undefined, JWT_PRIVATE_JWK_FILE: file })).toEqual(key);
      expect(Object.keys(key.publicJwk)).not.toContain("d");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("that is none is refused by name, without its value", () => {
    const [one, other] = [makeSigningKey(), makeSigningKey()];
    const wrong = [
      "secret-garbage",
      JSON.stringify({ ...one, x: other.x }),
      JSON.stringify({ ...one, crv: "X25519" }),
    ];
    for (const JWT_PRIVATE_JWK of wrong) {
      const error = errorOf(() => readSigningKey({ JWT_PRIVATE_JWK, JWT_PRIVATE_JWK_FILE: undefined }));
      expect(error).toStartWith("JWT_PRIVATE_JWK: an Ed25519 private key");
      expect(error).not.toContain("garbage");
      expect(error).not.toContain(one.d);
    }
    expect(
      errorOf(() => readSigningKey({ JWT_PRIVATE_JWK: undefined, JWT_PRIVATE_JWK_FILE: "/nowhere" })),
    ).toStartWith("JWT_PRIVATE_JWK_FILE");
  });
});

function errorOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
