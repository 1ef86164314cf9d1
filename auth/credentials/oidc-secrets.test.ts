import { describe, expect, test } from "bun:test";
import { createOidcSecrets } from "./oidc-secrets.ts";

const secrets = createOidcSecrets({ pepper: "pepper-of-the-cookie-test-0123456789" });
const value = { state: "a state", name: "Ünï" };

describe("auth-17: a sealed cookie", () => {
  test("opens for what it was sealed for, in every instance with the same pepper", () => {
    const sealed = secrets.seal("begun", "telegram", value);
    expect(secrets.open("begun", "telegram", sealed)).toEqual(value);
    const twin = createOidcSecrets({ pepper: "pepper-of-the-cookie-test-0123456789" });
    expect(twin.open("begun", "telegram", sealed)).toEqual(value);
    expect(secrets.seal("begun", "telegram", value)).not.toBe(sealed);
    expect(Buffer.from(sealed, "base64url").toString("latin1")).not.toContain("a state");
  });

  test("opens for nothing else, and not when anything of it was changed", () => {
    const sealed = secrets.seal("begun", "telegram", value);
    expect(secrets.open("returned", "telegram", sealed)).toBeNull();
    expect(secrets.open("begun", "acme", sealed)).toBeNull();
    const stranger = createOidcSecrets({ pepper: "pepper-of-somebody-else-0123456789" });
    expect(stranger.open("begun", "telegram", sealed)).toBeNull();
    const bytes = Buffer.from(sealed, "base64url");
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(secrets.open("begun", "telegram", changed.toString("base64url"))).toBeNull();
    }
    for (const text of ["", "x", sealed.slice(0, -2), sealed.slice(0, 20), "A".repeat(5_000), "%%%"])
      expect(secrets.open("begun", "telegram", text)).toBeNull();
  });

  test("fits into a cookie with the longest names there are", () => {
    const name = "\u{1F600}".repeat(100);
    const identity = { provider: "p".repeat(32), subject: "s".repeat(255), name, language: "l".repeat(35) };
    const sealed = secrets.seal("returned", "acme", {
      ...identity,
      phone: "+".repeat(16),
      codeHash: "h".repeat(43),
    });
    expect(sealed.length).toBeLessThan(3_800);
  });
});
