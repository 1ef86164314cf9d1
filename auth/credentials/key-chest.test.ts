import { describe, expect, test } from "bun:test";
import { createKeyChest } from "./key-chest.ts";
import { makeSigningKey, signingKeyOf } from "./signing-key.ts";

const configured = signingKeyOf(makeSigningKey());
const chest = createKeyChest({ configured, secret: "secret-of-the-chest-test-0123456789" });

describe("a sealed private half", () => {
  test("opens with the secret, and says nothing without it", () => {
    const key = chest.make();
    const sealed = chest.seal(key);
    expect(chest.open({ kid: key.kid, sealed })).toEqual(key);
    expect(sealed).not.toContain(key.privateJwk.d);
    expect(Buffer.from(sealed, "base64url").toString("latin1")).not.toContain(key.privateJwk.d);
    expect(chest.seal(key)).not.toBe(sealed);
  });

  test("does not open with another secret, in another row, changed, cut or gone", () => {
    const [key, other] = [chest.make(), chest.make()];
    const sealed = chest.seal(key);
    const elsewhere = createKeyChest({ configured, secret: "another-secret-of-the-test-01234567" });
    expect(elsewhere.open({ kid: key.kid, sealed })).toBe(null);
    expect(chest.open({ kid: other.kid, sealed })).toBe(null);
    const bytes = Buffer.from(sealed, "base64url");
    for (const i of [0, 20, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(chest.open({ kid: key.kid, sealed: changed.toString("base64url") })).toBe(null);
    }
    for (const text of [sealed.slice(0, 40), "", "x", null])
      expect(chest.open({ kid: key.kid, sealed: text })).toBe(null);
  });
});
