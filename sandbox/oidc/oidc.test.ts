import { afterEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { createSandbox, SANDBOX_OIDC_CLIENT_SECRET, type Sandbox, type SandboxOptions } from "../sandbox.ts";
import { createVirtualTime } from "../testing/virtual-time.ts";

const SHOP = "http://127.0.0.1:3000";
const ISSUER = `${SHOP}/sandbox/oidc`;
const CALLBACK = `${SHOP}/back`;
const TOKEN = "page-token";
const VERIFIER = "v".repeat(43);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

const sandboxes: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.stop();
});

function open(options: Partial<SandboxOptions> = {}) {
  const sandbox = createSandbox({ controlToken: TOKEN, publicUrl: SHOP, signInUrl: SHOP, ...options });
  sandboxes.push(sandbox);
  const clientId = String(sandbox.bot.id);
  const query = (change: Record<string, string> = {}) =>
    new URLSearchParams({
      ...{ response_type: "code", client_id: clientId, redirect_uri: CALLBACK },
      ...{ scope: "openid profile phone telegram:bot_access", state: "s".repeat(24), nonce: "n" },
      ...{ code_challenge: CHALLENGE, code_challenge_method: "S256", ...change },
    }).toString();
  const get = (path: string, headers: Record<string, string> = {}) =>
    sandbox.fetch(new Request(path.startsWith("http") ? path : `${ISSUER}${path}`, { headers }));
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    sandbox.fetch(
      new Request(`${ISSUER}${path}`, { method: "POST", headers, body: new URLSearchParams(fields) }),
    );
  const headers = { "x-sandbox-token": TOKEN };
  const control = (path: string, body: unknown) =>
    sandbox.fetch(
      new Request(`${SHOP}/sandbox/api${path}`, { method: "POST", headers, body: JSON.stringify(body) }),
    );
  const people = async () => {
    const answer = await sandbox.fetch(new Request(`${SHOP}/sandbox/api/people`, { headers }));
    return ((await answer.json()) as { items: { id: number }[] }).items;
  };
  const newPerson = { person: "new", firstName: "Ada <b>", phoneNumber: "+1 202 555 0100" };
  /** The person says what is in the form; answers where the page leads. */
  const decide = async (fields: Record<string, string>): Promise<URL> => {
    const page = await (await post("/authorize", { request: query(), ...fields })).text();
    return new URL((/url=([^"]+)"/.exec(page)?.[1] ?? "").replaceAll("&amp;", "&"));
  };
  const redeem = (change: Record<string, string> = {}, secret = SANDBOX_OIDC_CLIENT_SECRET) =>
    post(
      "/token",
      { grant_type: "authorization_code", redirect_uri: CALLBACK, code_verifier: VERIFIER, ...change },
      { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    );
  return { sandbox, clientId, query, get, post, decide, redeem, newPerson, control, people };
}

const allowed = { decision: "allow", phone: "on", botAccess: "on" };
const codeIn = (url: URL) => url.searchParams.get("code") ?? "";

describe("“Log in with Telegram” in the sandbox", () => {
  test("gives an id_token to who has the code, the verifier and the secret, once", async () => {
    const { clientId, get, decide, redeem, newPerson, sandbox } = open();
    const back = await decide({ ...newPerson, ...allowed });
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ state: "s".repeat(24), iss: ISSUER });
    const answer = await redeem({ code: codeIn(back) });
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const { id_token, scope } = (await answer.json()) as Record<string, string>;
    expect(scope).toBe("openid profile phone telegram:bot_access");
    const keys = (await (await get("/jwks.json")).json()) as JSONWebKeySet;
    const { payload } = await jwtVerify(id_token ?? "", createLocalJWKSet(keys), {
      algorithms: ["RS256"],
      issuer: ISSUER,
      audience: clientId,
    });
    expect(payload).toMatchObject({ nonce: "n", name: "Ada <b>", phone_number: "12025550100" });
    expect(payload.sub).not.toBe(String(payload.id));
    // The bot may write, though nobody has pressed Start.
    const sent = await sandbox.botFetch(
      `${SHOP}/sandbox/bot7000000001:AAsandbox_only_this_opens_nothing_x/sendMessage`,
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ chat_id: payload.id, text: "Hello" }),
      },
    );
    expect(sent.status).toBe(200);
    expect((await redeem({ code: codeIn(back) })).status).toBe(400);
  });

  test("emulator-19: publishes a key of a rare curve beside its own, as Telegram does", async () => {
    const { keys } = (await (await open().get("/jwks.json")).json()) as {
      keys: { alg: string; d?: string }[];
    };
    expect(keys.map(({ alg }) => alg)).toEqual(["ES256K", "RS256", "EdDSA"]);
    expect(keys.every((key) => !("d" in key))).toBe(true);
  });

  test("names itself and its addresses", async () => {
    const { get } = open();
    const found = (await (await get("/.well-known/openid-configuration")).json()) as Record<string, string>;
    expect(found).toMatchObject({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/token`,
      jwks_uri: `${ISSUER}/jwks.json`,
    });
  });

  test("emulator-19: switches make a wrong nonce, a wrong audience and another signature", async () => {
    const { clientId, get, decide, redeem, newPerson, control } = open();
    const keys = createLocalJWKSet((await (await get("/jwks.json")).json()) as JSONWebKeySet);
    const claimsWith = async (behaviour: Record<string, unknown>) => {
      expect((await control("/oidc", behaviour)).status).toBe(200);
      const back = await decide({ ...newPerson, ...allowed });
      const { id_token = "" } = (await (await redeem({ code: codeIn(back) })).json()) as Record<
        string,
        string
      >;
      const { payload, protectedHeader } = await jwtVerify(id_token, keys);
      return [payload.nonce, payload.aud, protectedHeader.alg];
    };
    expect(await claimsWith({ nonce: "wrong" })).toEqual(["not n", clientId, "RS256"]);
    expect(await claimsWith({ audience: "wrong" })).toEqual(["n", "1", "RS256"]);
    expect(await claimsWith({ algorithm: "EdDSA" })).toEqual(["n", clientId, "EdDSA"]);
    await control("/reset", {});
    expect(await claimsWith({})).toEqual(["n", clientId, "RS256"]);
    expect((await control("/oidc", { nonce: "odd" })).status).toBe(422);
  });

  test("emulator-19: answers by itself, yes or no, where a test has said so", async () => {
    const { get, query, redeem, decide, newPerson, control, people } = open();
    await decide({ ...newPerson, ...allowed });
    const leadsTo = async () =>
      new URL(
        (/url=([^"]+)"/.exec(await (await get(`/authorize?${query()}`)).text())?.[1] ?? "").replaceAll(
          "&amp;",
          "&",
        ),
      );
    await control("/oidc", { consent: "allow", personId: (await people())[0]?.id });
    expect((await redeem({ code: codeIn(await leadsTo()) })).status).toBe(200);
    await control("/oidc", { consent: "deny" });
    expect((await leadsTo()).searchParams.get("error")).toBe("access_denied");
    const abroad = open({ clientAddress: () => "203.0.113.9" });
    await abroad.control("/oidc", { consent: "deny" });
    expect(await (await abroad.get(`/authorize?${abroad.query()}`)).text()).toContain("Sandbox token");
  });

  test("gives no more than the person agreed to", async () => {
    const { decide, redeem, newPerson } = open();
    const back = await decide({ ...newPerson, decision: "allow" });
    const { id_token = "", scope } = (await (await redeem({ code: codeIn(back) })).json()) as Record<
      string,
      string
    >;
    expect(scope).toBe("openid profile");
    expect(atob(id_token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")).not.toContain(
      "phone",
    );
  });

  test("takes no wrong verifier, secret, address or late code, and each spoils the code", async () => {
    const time = createVirtualTime();
    const { decide, redeem, newPerson } = open({ clock: time.clock, timers: time.timers });
    const fresh = async () => codeIn(await decide({ ...newPerson, ...allowed }));
    expect((await redeem({ code: await fresh() }, "wrong")).status).toBe(401);
    for (const change of [{ code_verifier: "w".repeat(43) }, { redirect_uri: `${SHOP}/elsewhere` }]) {
      const code = await fresh();
      expect(await (await redeem({ code, ...change })).json()).toEqual({ error: "invalid_grant" });
      expect((await redeem({ code })).status).toBe(400);
    }
    const late = await fresh();
    await time.advance(60_000);
    expect((await redeem({ code: late })).status).toBe(400);
  });

  test("brings back a no", async () => {
    const { decide } = open();
    expect(Object.fromEntries((await decide({ decision: "deny" })).searchParams)).toMatchObject({
      error: "access_denied",
      state: "s".repeat(24),
    });
  });
});

describe("the page of the sandbox's sign-in", () => {
  test("works without scripts under a strict policy, and shows names as they are", async () => {
    const { get, query, decide, newPerson } = open();
    await decide({ ...newPerson, ...allowed });
    const answer = await get(`/authorize?${query()}`);
    expect(answer.headers.get("content-security-policy")).toStartWith("default-src 'none'; style-src 'self'");
    const page = await answer.text();
    expect(page).toContain("Ada &lt;b&gt;");
    expect(page).not.toMatch(/<script|\son\w+=|\sstyle=|<b>/);
    for (const [, href] of page.matchAll(/<link rel="stylesheet" href="([^"]+)"/g))
      expect((await get(`${SHOP}${href}`)).headers.get("content-type")).toStartWith("text/css");
  });

  test.each([
    { client_id: "1" },
    { redirect_uri: "https://evil.example/" },
    { redirect_uri: "nonsense" },
    { response_type: "token" },
    { scope: "profile" },
    { scope: "openid everything" },
    { state: "" },
    { state: "s".repeat(65) },
    { nonce: "" },
    { code_challenge_method: "plain" },
    { code_challenge: "short" },
  ])("refuses %p without sending anybody anywhere", async (change) => {
    const { get, query, post } = open();
    const answer = await get(`/authorize?${query(change)}`);
    expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    expect((await post("/authorize", { request: query(change), decision: "deny" })).status).toBe(400);
  });

  test("shows people to this machine alone; others, and other sites, bring the sandbox's token", async () => {
    const { sandbox, query, post, newPerson } = open({ clientAddress: () => "203.0.113.9" });
    await post("/authorize", { request: query(), token: TOKEN, ...newPerson, ...allowed });
    const page = await (await sandbox.fetch(new Request(`${ISSUER}/authorize?${query()}`))).text();
    expect(page).toContain("Sandbox token");
    expect(page).not.toContain("Ada");
    for (const token of ["", "wrong"]) {
      const refused = await post("/authorize", { request: query(), token, person: "1", ...allowed });
      expect(refused.status).toBe(422);
      expect(await refused.text()).not.toMatch(/Ada|url=/);
    }
    const unlocked = await (
      await post("/authorize", { request: query(), token: TOKEN, decision: "unlock" })
    ).text();
    expect(unlocked).toContain("Ada");
    const here = open();
    const crossSite = await here.post(
      "/authorize",
      { request: here.query(), ...here.newPerson, ...allowed },
      { "sec-fetch-site": "cross-site" },
    );
    expect(crossSite.status).toBe(422);
  });

  test("says what is wrong with the form", async () => {
    const { post, query } = open();
    for (const [fields, text] of [
      [{ person: "12" }, "Choose somebody."],
      [{ person: "new", phoneNumber: "none" }, "The phone must have 7 to 15 digits."],
    ] as const) {
      const answer = await post("/authorize", { request: query(), decision: "allow", ...fields });
      expect(await answer.text()).toContain(`role="alert">${text}`);
    }
  });

  test("is not there unless the sandbox is told where people reach it", async () => {
    const { get, query } = open({ signInUrl: undefined });
    for (const path of [`/authorize?${query()}`, "/.well-known/openid-configuration", "/jwks.json"])
      expect((await get(path)).status).toBe(404);
  });
});
