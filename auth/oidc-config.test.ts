import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { ConfigError, readConfig } from "../shared/runtime/config.ts";
import { oidcVariables, providerSettings } from "./oidc-config.ts";

const CONNECTION = { publicUrl: "https://shop.example", sandbox: null };
const SANDBOX = { issuer: "http://127.0.0.1:3000/sandbox/oidc", clientId: "7", clientSecret: "known" };
const acme = {
  name: "acme",
  issuer: "https://id.acme.example",
  clientId: "shop",
  clientSecret: "very secret",
};

const read = (
  environment: Record<string, string>,
  connection = CONNECTION as typeof CONNECTION | { publicUrl: string; sandbox: typeof SANDBOX },
) => providerSettings(readConfig(z.object(oidcVariables), environment), connection);
const providers = (...items: unknown[]) => ({ OIDC_PROVIDERS: JSON.stringify(items) });

describe("the providers", () => {
  test("are none unless they are configured or the sandbox stands in", () => {
    expect(read({})).toEqual([]);
    expect(read({}, { ...CONNECTION, sandbox: SANDBOX })).toMatchObject([{ name: "telegram", ...SANDBOX }]);
  });

  test("are Telegram by its two variables, which count more than the sandbox", () => {
    const own = { TELEGRAM_OIDC_CLIENT_ID: "123", TELEGRAM_OIDC_CLIENT_SECRET: "s" };
    expect(read(own, { ...CONNECTION, sandbox: SANDBOX })).toMatchObject([
      {
        name: "telegram",
        issuer: "https://oauth.telegram.org",
        clientId: "123",
        algorithms: ["RS256"],
        scopes: ["openid", "profile", "phone", "telegram:bot_access"],
      },
    ]);
    for (const name of Object.keys(own) as (keyof typeof own)[])
      expect(() => read({ [name]: own[name] })).toThrow("TELEGRAM_OIDC_CLIENT_ID");
  });

  test("are others by OIDC_PROVIDERS, with what is not said", () => {
    expect(read(providers({ ...acme, scopes: ["email"] }))).toMatchObject([
      { ...acme, scopes: ["openid", "email"], algorithms: ["RS256"], origins: [] },
    ]);
  });

  test.each<[string, unknown]>([
    ["no JSON array", "very secret"],
    ["too many", Array.from({ length: 17 }, (_, i) => ({ ...acme, name: `acme-${i}` }))],
    ["two of one name", [acme, acme]],
    ["telegram itself", [{ ...acme, name: "telegram" }]],
    ["a name that is no part of a path", [{ ...acme, name: "../acme" }]],
    ["plain http", [{ ...acme, issuer: "http://id.acme.example" }]],
    ["an address with a password", [{ ...acme, issuer: "https://a:b@id.acme.example" }]],
    ["a shared secret as algorithm", [{ ...acme, algorithms: ["HS256"] }]],
    ["none as algorithm", [{ ...acme, algorithms: ["none"] }]],
    ["no algorithm", [{ ...acme, algorithms: [] }]],
    ["a field that there is not", [{ ...acme, sceret: "x" }]],
    ["a missing secret", [{ ...acme, clientSecret: undefined }]],
  ])("may not be %s, and the message tells no secret", (_what, value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(() => read({ OIDC_PROVIDERS: text })).toThrow(ConfigError);
    expect(() => read({ OIDC_PROVIDERS: text })).toThrow(
      /^((?!very secret)[\s\S])*OIDC_PROVIDERS((?!very secret)[\s\S])*$/,
    );
  });

  test("auth-17: are signed by none but the algorithms that are safe", () => {
    expect(() => read({ TELEGRAM_OIDC_ALGORITHMS: "RS256,none" })).toThrow("TELEGRAM_OIDC_ALGORITHMS");
    expect(() => read({ TELEGRAM_OIDC_ISSUER: "http://oauth.telegram.org" })).toThrow("TELEGRAM_OIDC_ISSUER");
  });
});
