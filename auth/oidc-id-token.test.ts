import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { openBrowser, outcomeOf } from "./testing/browser.ts";
import { CLIENT_ID, CLIENT_SECRET } from "./testing/oidc-issuer.ts";
import { type OidcWorld, openOidcWorld, somebody } from "./testing/oidc-world.ts";

let world: OidcWorld;
beforeAll(async () => {
  world = await openOidcWorld();
}, SET_UP_TIMEOUT_MS);
afterEach(() => world.issuer.play());
afterAll(() => world.close(), SET_UP_TIMEOUT_MS);

describe("auth-17: an id_token is refused", () => {
  const outcome = async () =>
    (await world.telegram.returned(world.telegram.open(), somebody())).get("signInError");
  const hour = 3_600;

  test.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ["id_token iss", (claims) => ({ ...claims, iss: "https://evil.example" })],
    ["id_token aud", (claims) => ({ ...claims, aud: "somebody else" })],
    ["id_token azp", (claims) => ({ ...claims, aud: [CLIENT_ID, "somebody else"] })],
    ["id_token azp", (claims) => ({ ...claims, azp: "somebody else" })],
    ["id_token nonce", (claims) => ({ ...claims, nonce: "of another sign-in" })],
    ["id_token nonce", ({ nonce: _, ...claims }) => claims],
    ["id_token expired", (claims) => ({ ...claims, exp: Number(claims.iat) - 31 })],
    ["id_token exp", ({ exp: _, ...claims }) => claims],
    ["id_token iat", ({ iat: _, ...claims }) => claims],
    [
      "id_token iat",
      (claims) => ({ ...claims, iat: Number(claims.iat) + hour, exp: Number(claims.iat) + 2 * hour }),
    ],
    ["id_token expired", (claims) => ({ ...claims, iat: Number(claims.iat) - hour })],
    ["id_token sub", ({ sub: _, ...claims }) => claims],
    ["claims", ({ id: _, ...claims }) => claims],
    ["claims", (claims) => ({ ...claims, id: -1 })],
    ["claims", (claims) => ({ ...claims, sub: "s".repeat(256) })],
  ])("for its %s", async (reason, claims) => {
    world.issuer.play({ claims });
    expect(await outcome()).toBe("refused");
    expect(await world.newestRefusal()).toBe(`telegram: ${reason}`);
  });

  test("for two audiences it is taken where it names us as the party that asked", async () => {
    world.issuer.play({
      claims: (claims) => ({ ...claims, aud: [CLIENT_ID, "somebody else"], azp: CLIENT_ID }),
    });
    expect(await outcome()).toBeNull();
  });

  test("when it is unsigned, signed with a shared secret, by an algorithm that is not allowed, or with a stranger's key", async () => {
    const stranger = await world.issuer.stranger("key-1");
    for (const [sign, reason] of [
      [world.issuer.unsigned, "id_token algorithm"],
      [world.issuer.confused, "id_token algorithm"],
      [stranger, "id_token signature"],
    ] as const) {
      world.issuer.play({ sign });
      expect(await outcome()).toBe("refused");
      expect(await world.newestRefusal()).toBe(`telegram: ${reason}`);
    }
  });

  test("when it is too long, and when the answer holds none", async () => {
    world.issuer.play({ claims: (claims) => ({ ...claims, name: "x".repeat(20_000) }) });
    expect(await outcome()).toBe("refused");
    world.issuer.play({
      answer: (path) => (path === "/token" ? Response.json({ access_token: "x" }) : undefined),
    });
    expect(await outcome()).toBe("unavailable");
  });

  test("and an answer that names another issuer (RFC 9207)", async () => {
    const browser = world.telegram.open();
    const started = await world.telegram.start(browser);
    const answer = world.issuer.consent(started.headers.get("location") ?? "", somebody());
    const calls = world.issuer.callsTo("/token");
    const refused = await world.telegram.callback(browser, { ...answer, iss: "https://evil.example" });
    expect(outcomeOf(refused).get("signInError")).toBe("refused");
    expect(world.issuer.callsTo("/token")).toBe(calls);
  });
});

describe("auth-17: the provider's keys", () => {
  test("one of a curve that nobody knows does no harm, and new ones are found without waiting for the old to age", async () => {
    world.harness.clock.advance(61_000);
    expect((await world.telegram.signIn(somebody())).status).toBe(200);
    await world.issuer.rotate("EdDSA");
    world.harness.clock.advance(61_000);
    expect((await world.telegram.signIn(somebody())).status).toBe(200);
    await world.issuer.rotate();
    world.harness.clock.advance(61_000);
    expect((await world.telegram.signIn(somebody())).status).toBe(200);
  });

  test("a storm of unknown keys makes one call a minute", async () => {
    world.harness.clock.advance(61_000);
    const before = world.issuer.callsTo("/jwks");
    for (const kid of ["a", "b", "c", "d", "e"]) {
      world.issuer.play({ sign: await world.issuer.stranger(kid) });
      const told = await world.telegram.returned(world.telegram.open(), somebody());
      expect(told.get("signInError")).toBe("refused");
      expect(await world.newestRefusal()).toBe("telegram: id_token key");
    }
    expect(world.issuer.callsTo("/jwks")).toBe(before + 1);
    world.harness.clock.advance(60_000);
    await world.telegram.returned(world.telegram.open(), somebody());
    expect(world.issuer.callsTo("/jwks")).toBe(before + 2);
  });

  test("are asked for again after ten minutes", async () => {
    world.harness.clock.advance(600_000);
    const before = world.issuer.callsTo("/jwks");
    for (let n = 0; n < 3; n += 1) expect((await world.telegram.signIn(somebody())).status).toBe(200);
    expect(world.issuer.callsTo("/jwks")).toBe(before + 1);
  });
});

describe("auth-17: while the provider", () => {
  const away = async (environment: Record<string, string>) => {
    const other = await startAuth({
      environment: {
        TELEGRAM_OIDC_CLIENT_ID: CLIENT_ID,
        TELEGRAM_OIDC_CLIENT_SECRET: CLIENT_SECRET,
        ...environment,
      },
      oidc: { publicUrl: "http://127.0.0.1:3000", sandbox: null },
    });
    const started = await openBrowser(other).get("/v1/auth/telegram/oidc/start");
    await other.close();
    return started;
  };

  test(
    "has never been reached, a sign-in is answered with 503 and a time to come back",
    async () => {
      const started = await away({ TELEGRAM_OIDC_ISSUER: "http://127.0.0.1:9" });
      expect([started.status, started.body.code]).toEqual([503, "UNAVAILABLE"]);
      expect(started.headers.has("retry-after")).toBe(true);
      expect(JSON.stringify(started.body)).not.toContain("127.0.0.1");
    },
    SET_UP_TIMEOUT_MS,
  );

  test.each<[string, Record<string, unknown>]>([
    ["gives another issuer", { issuer: "https://evil.example" }],
    ["sends us to addresses that are not its own", { token_endpoint: "http://127.0.0.1:9/internal" }],
    ["sends people elsewhere", { authorization_endpoint: "https://evil.example/auth" }],
    ["names an address by another scheme", { jwks_uri: "file:///etc/passwd" }],
  ])(
    "%s it is not asked anything",
    async (_name, discovery) => {
      world.issuer.play({ discovery });
      expect((await away({ TELEGRAM_OIDC_ISSUER: world.issuer.issuer })).status).toBe(503);
    },
    SET_UP_TIMEOUT_MS,
  );

  test("answers with a redirect, an error, nonsense or without end, the page is told to come back later", async () => {
    const endless = () =>
      new Response(new ReadableStream({ pull: (sink) => sink.enqueue(new Uint8Array(65_536)) }));
    for (const answer of [
      () => Response.redirect(`${world.issuer.issuer}/elsewhere`, 307),
      () => new Response("down", { status: 500 }),
      () => new Response("<html>", { status: 200 }),
      () => Response.json({ error: "invalid_client" }, { status: 401 }),
      endless,
    ]) {
      world.issuer.play({ answer: (path) => (path === "/token" ? answer() : undefined) });
      const told = await world.telegram.returned(world.telegram.open(), somebody());
      expect(told.get("signInError")).toBe("unavailable");
    }
    expect(world.issuer.callsTo("/elsewhere")).toBe(0);
  });

  test("is away for a while, what is known of its addresses goes on", async () => {
    world.harness.clock.advance(2 * 3_600_000);
    world.issuer.play({ answer: () => new Response(null, { status: 502 }) });
    expect((await world.telegram.start(world.telegram.open())).status).toBe(303);
    const told = await world.telegram.returned(world.telegram.open(), somebody());
    expect(told.get("signInError")).toBe("unavailable");
    world.issuer.play();
    expect((await world.telegram.signIn(somebody())).status).toBe(200);
  });
});
