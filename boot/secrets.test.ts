import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../shared/runtime/config.ts";
import { readKeptSecrets, withSecrets } from "./secrets.ts";

const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), "kiosk-secrets-"));
  folders.push(made);
  return made;
};
afterEach(() => folders.splice(0).forEach((path) => void rmSync(path, { recursive: true })));

const NAMES = ["JWT_PRIVATE_JWK", "OTP_PEPPER", "INTERNAL_TOKEN", "SANDBOX_TOKEN"];

describe("secrets for development", () => {
  test("are made once and kept, readable by their owner alone", () => {
    const dataDir = join(folder(), "deep", "er");
    const first = withSecrets({}, dataDir);
    expect(NAMES.every((name) => (first[name] ?? "").length >= 32)).toBe(true);
    expect(withSecrets({}, dataDir)).toEqual(first);
    expect(statSync(join(dataDir, "secrets.json")).mode & 0o077).toBe(0);
  });

  test("are the same for processes that start at once", async () => {
    const dataDir = folder();
    const script = `import { withSecrets } from ${JSON.stringify(join(import.meta.dir, "secrets.ts"))}; console.log(withSecrets({}, ${JSON.stringify(dataDir)}).OTP_PEPPER)`;
    const run = async () =>
      (await new Response(Bun.spawn([process.execPath, "-e", script]).stdout).text()).trim();
    const peppers = await Promise.all(Array.from({ length: 4 }, run));
    expect(new Set(peppers)).toEqual(new Set([readKeptSecrets(dataDir).OTP_PEPPER ?? ""]));
  });

  test("what the environment says comes first, also by file", () => {
    const given = { OTP_PEPPER: "p".repeat(40), JWT_PRIVATE_JWK_FILE: "/run/secrets/jwk" };
    const read = withSecrets(given, folder());
    expect(read.OTP_PEPPER).toBe("p".repeat(40));
    expect(read.JWT_PRIVATE_JWK).toBeUndefined();
  });

  test("in production a missing one stops the start by name, and nothing is made", () => {
    const dataDir = folder();
    const start = () => withSecrets({ NODE_ENV: "production", OTP_PEPPER: "p".repeat(40) }, dataDir);
    expect(start).toThrow(ConfigError);
    expect(start).toThrow(/JWT_PRIVATE_JWK: .*\nINTERNAL_TOKEN: /);
    expect(readKeptSecrets(dataDir)).toEqual({});
  });

  test("in production only a process that runs auth needs what signs tokens", () => {
    const given = { NODE_ENV: "production", INTERNAL_TOKEN: "i".repeat(40) };
    expect(withSecrets(given, folder(), ["gateway", "orders"]).JWT_PRIVATE_JWK).toBeUndefined();
    expect(() => withSecrets(given, folder(), ["auth"])).toThrow(/JWT_PRIVATE_JWK: .*\nOTP_PEPPER: /);
    expect(() => withSecrets({ NODE_ENV: "production" }, folder(), ["orders"])).toThrow(/^INTERNAL_TOKEN: /);
  });
});
