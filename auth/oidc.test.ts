import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { SET_UP_TIMEOUT_MS } from "./testing/auth-harness.ts";
import { outcomeOf } from "./testing/browser.ts";
import { CLIENT_ID, CLIENT_SECRET } from "./testing/oidc-issuer.ts";
import { type OidcWorld, openOidcWorld, PAGES, SCOPES, somebody } from "./testing/oidc-world.ts";

let world: OidcWorld;
beforeAll(async () => {
  world = await openOidcWorld();
}, SET_UP_TIMEOUT_MS);
afterEach(() => world.issuer.play());
afterAll(() => world.close(), SET_UP_TIMEOUT_MS);

describe("auth-17: the way to the provider", () => {
  test("is named for each that is configured, so that a page knows its buttons", async () => {
    const { status, body } = await world.harness.call("GET", "/v1/auth/providers");
    expect([status, body]).toEqual([
      200,
      {
        items: [
          { name: "telegram", path: "/v1/auth/telegram/oidc" },
          { name: "acme", path: "/v1/auth/oidc/acme" },
        ],
      },
    ]);
  });

  test("asks for a code with PKCE, state and nonce, and leaves one sealed cookie for the routes alone", async () => {
    const browser = world.telegram.open();
    const started = await world.telegram.start(browser, "/cart?step=2");
    expect(started.status).toBe(303);
    expect(started.headers.get("cache-control")).toBe("no-store");
    const location = new URL(started.headers.get("location") ?? "");
    expect(location.origin + location.pathname).toBe(`${world.issuer.issuer}/auth`);
    const query = Object.fromEntries(location.searchParams);
    expect(query).toMatchObject({
      response_type: "code",
      client_id: CLIENT_ID,
      redirect_uri: "https://shop.example/v1/auth/telegram/oidc/callback",
      scope: SCOPES,
      code_challenge_method: "S256",
    });
    expect(query.state).toMatch(/^[A-Za-z0-9_-]{24}$/);
    expect(query.nonce).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(query.code_challenge).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const [cookie = ""] = started.headers.getSetCookie();
    expect(cookie.split("; ").slice(1)).toEqual([
      "Path=/v1/auth/telegram/oidc",
      "Max-Age=600",
      "HttpOnly",
      "SameSite=Lax",
      "Secure",
    ]);
    expect(cookie).toStartWith("__Secure-kiosk-oidc=");
    for (const secret of [query.state, query.nonce, "/cart"]) expect(cookie).not.toContain(secret);
    expect(atob(cookie.split(/[=;]/)[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")).not.toContain(
      "returnTo",
    );
  });

  test("leads back to the shop and to pages that are allowed by name, to nobody else", async () => {
    for (const returnTo of ["/cart", `${PAGES}/after?a=b`])
      expect((await world.telegram.start(world.telegram.open(), returnTo)).status).toBe(303);
    for (const returnTo of [
      "https://evil.example/",
      "//evil.example/",
      "/\\evil.example/",
      `${PAGES}.evil.example/`,
      "javascript:alert(1)",
    ]) {
      const refused = await world.telegram.start(world.telegram.open(), returnTo);
      expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([422, "/query/returnTo"]);
      expect(JSON.stringify(refused.body)).not.toContain("evil");
      expect(refused.headers.getSetCookie()).toEqual([]);
    }
  });

  test("is not there for a provider that nobody configured, and only under its own name", async () => {
    for (const path of [
      "/v1/auth/oidc/nobody/start",
      "/v1/auth/oidc/telegram/start",
      "/v1/auth/oidc/acme-2/callback",
    ])
      expect((await world.harness.call("GET", path)).status).toBe(404);
    const exchange = await world.harness.call("POST", "/v1/auth/oidc/nobody/exchange", {
      body: { code: "x" },
    });
    expect(exchange.status).toBe(404);
  });
});

describe("auth-17: the way back", () => {
  test("hands the page a code in the fragment, which gets the tokens once", async () => {
    const browser = world.telegram.open();
    const about = somebody();
    const started = await world.telegram.start(browser, "/cart");
    const came = await world.telegram.callback(
      browser,
      world.issuer.consent(started.headers.get("location") ?? "", about),
    );
    expect(came.status).toBe(303);
    expect(came.headers.get("location")).toMatch(
      /^https:\/\/shop\.example\/cart#signInCode=[A-Za-z0-9_-]{43}$/,
    );
    const code = outcomeOf(came).get("signInCode") ?? "";
    const got = await world.telegram.exchange(browser, code);
    expect(got.status).toBe(200);
    expect(got.headers.get("cache-control")).toBe("no-store");
    expect(got.headers.getSetCookie()[0]).toContain("Max-Age=0");
    expect(got.body).toMatchObject({ tokenType: "Bearer", expiresIn: 900 });
    expect(got.body.user).toMatchObject({ telegramUserId: about.id, name: "Ada Lovelace", phone: null });
    const me = await world.harness.call("GET", "/v1/users/me", { token: got.body.accessToken });
    expect(me.body.id).toBe(got.body.user.id);
    expect((await world.auditOf("signed-in")).at(-1)).toMatchObject({
      detail: "telegram-oidc",
      ip: "203.0.113.7",
    });
    expect((await world.telegram.exchange(browser, code)).status).toBe(401);
  });

  test("of ten exchanges at once one gets a session", async () => {
    const browser = world.telegram.open();
    const about = somebody();
    const code = (await world.telegram.returned(browser, about)).get("signInCode") ?? "";
    const cookie = [...browser.jar].map(([name, { value }]) => `${name}=${value}`).join("; ");
    const all = await Promise.all(
      Array.from({ length: 10 }, () =>
        world.harness.call("POST", `${world.telegram.base}/exchange`, {
          body: { code },
          headers: { cookie },
        }),
      ),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 401)).toHaveLength(9);
    const users = (await world.rows("app_user")).filter((row) => Number(row.telegram_user_id) === about.id);
    expect(users).toHaveLength(1);
  });

  test("is the browser's own: no cookie, another's, a changed one, another provider's and a wrong state are refused", async () => {
    const about = somebody();
    const [mine, others] = [world.telegram.open(), world.telegram.open()];
    const started = await world.telegram.start(mine);
    const answer = world.issuer.consent(started.headers.get("location") ?? "", about);
    await world.telegram.start(others);
    const { acme } = world;
    const foreign = acme.open();
    await acme.start(foreign);
    const [[name = "", kept]] = [...foreign.jar] as [
      [string, { value: string; path: string; endsAtMs: number }],
    ];
    foreign.jar.set(name, { ...kept, path: world.telegram.base });
    const changed = world.telegram.open();
    for (const [key, cookie] of mine.jar)
      changed.jar.set(key, { ...cookie, value: `A${cookie.value.slice(1)}` });
    const tries = [
      await world.telegram.callback(world.telegram.open(), answer),
      await world.telegram.callback(others, answer),
      await world.telegram.callback(foreign, answer),
      await world.telegram.callback(changed, answer),
      await world.telegram.callback(mine, { ...answer, state: "x".repeat(24) }),
      await world.telegram.callback(mine, { code: answer.code }),
    ];
    expect(tries.map(({ status, body }) => `${status} ${body.code}`)).toEqual(
      tries.map(() => "401 UNAUTHENTICATED"),
    );
    // None of that has spoilt it for whom it belongs to.
    expect(outcomeOf(await world.telegram.callback(mine, answer)).has("signInCode")).toBe(true);
  });

  test("is good once and for ten minutes, the code of the page for one, and only in that browser", async () => {
    const browser = world.telegram.open();
    const started = await world.telegram.start(browser);
    const cookies = new Map(browser.jar);
    const answer = world.issuer.consent(started.headers.get("location") ?? "", somebody());
    const code = outcomeOf(await world.telegram.callback(browser, answer)).get("signInCode") ?? "";
    expect((await world.telegram.exchange(world.telegram.open(), code)).status).toBe(401);
    expect((await world.telegram.exchange(browser, "x".repeat(43))).status).toBe(401);
    const replaying = world.telegram.open();
    for (const [name, cookie] of cookies) replaying.jar.set(name, cookie);
    const before = world.issuer.callsTo("/token");
    expect((await world.telegram.callback(replaying, answer)).status).toBe(401);
    expect(world.issuer.callsTo("/token")).toBe(before);
    // The cookie of the way there gets nothing at the exchange.
    expect((await world.telegram.exchange(replaying, code)).status).toBe(401);
    world.harness.clock.advance(60_000);
    expect((await world.telegram.exchange(browser, code)).status).toBe(401);

    const late = world.telegram.open();
    const begun = await world.telegram.start(late);
    for (const [name, cookie] of late.jar)
      late.jar.set(name, { ...cookie, endsAtMs: Number.POSITIVE_INFINITY });
    world.harness.clock.advance(600_000);
    const tooLate = world.issuer.consent(begun.headers.get("location") ?? "", somebody());
    expect((await world.telegram.callback(late, tooLate)).status).toBe(401);
  });

  test("tells the page that the person said no, and that a code was no good", async () => {
    const refusing = world.telegram.open();
    const started = await world.telegram.start(refusing);
    const state = new URL(started.headers.get("location") ?? "").searchParams.get("state") ?? "";
    const denied = await world.telegram.callback(refusing, { state, error: "access_denied" });
    expect(denied.headers.get("location")).toBe("https://shop.example/#signInError=denied");
    expect(await world.newestRefusal()).toBe("telegram: denied");
    const cheating = world.telegram.open();
    const begun = await world.telegram.start(cheating);
    const own = new URL(begun.headers.get("location") ?? "").searchParams.get("state") ?? "";
    const refused = await world.telegram.callback(cheating, { state: own, code: "made up" });
    expect(outcomeOf(refused).get("signInError")).toBe("refused");
    expect(await world.newestRefusal()).toBe("telegram: code");
  });
});

test("auth-21: no code, id_token, cookie or token of a sign-in is in the database, a log line or an error", async () => {
  const browser = world.telegram.open();
  const started = await world.telegram.start(browser);
  const query = new URL(started.headers.get("location") ?? "").searchParams;
  const begun = [...browser.jar.values()].map(({ value }) => value);
  const answer = world.issuer.consent(started.headers.get("location") ?? "", somebody());
  const came = await world.telegram.callback(browser, answer);
  const returned = [...browser.jar.values()].map(({ value }) => value);
  const code = outcomeOf(came).get("signInCode") ?? "";
  const got = await world.telegram.exchange(browser, code);
  const refused = await world.telegram.exchange(browser, code);
  const tables = ["session", "refresh_token", "audit_event", "outbox", "app_user", "external_identity"];
  const seen = JSON.stringify([
    await Promise.all(tables.map(world.rows)),
    world.harness.log.lines,
    refused.body,
  ]);
  const secrets = [
    ...[...begun, ...returned, code, answer.code, answer.state, query.get("nonce")],
    ...[world.issuer.issued.at(-1), got.body.accessToken, got.body.refreshToken, CLIENT_SECRET],
  ];
  for (const secret of secrets) {
    expect(secret?.length).toBeGreaterThan(20);
    expect(seen.includes(secret ?? "")).toBe(false);
  }
});
