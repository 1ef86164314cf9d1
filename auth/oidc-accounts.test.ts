import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { unavailable } from "../shared/kernel/errors.ts";
import type { Limits } from "../shared/ports/limits.ts";
import { personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { oidcStepsOf } from "./testing/browser.ts";
import { CLIENT_ID, CLIENT_SECRET } from "./testing/oidc-issuer.ts";
import {
  ADMIN_PHONE,
  type OidcWorld,
  openOidcWorld,
  phoneOf,
  SCOPES,
  somebody,
} from "./testing/oidc-world.ts";
import { stepsOf } from "./testing/sign-in.ts";

let world: OidcWorld;
beforeAll(async () => {
  world = await openOidcWorld();
}, SET_UP_TIMEOUT_MS);
afterEach(() => world.issuer.play());
afterAll(() => world.close(), SET_UP_TIMEOUT_MS);

describe("auth-18: the account", () => {
  test("is the Telegram account's: the same by code, by OpenID Connect, and whatever its subject", async () => {
    const about = somebody();
    const phone = `+${phoneOf(about.id)}`;
    const byCode = await stepsOf(world.harness).signUp(personOf(about.id), phone);
    const first = await world.telegram.signIn(about);
    expect(first.body.user).toMatchObject({ id: byCode.body.user.id, phone });
    const again = await world.telegram.signIn({ ...about, sub: "another subject" });
    expect(again.body.user.id).toBe(byCode.body.user.id);
    const known = (await world.rows("external_identity")).filter(
      (row) => row.user_id === byCode.body.user.id,
    );
    expect(known.map(({ provider, subject }) => `${provider} ${subject}`).sort()).toEqual(
      ["telegram another subject", `telegram ${about.sub}`].sort(),
    );
  });

  test("is without a phone where none was shared, and gets one as by a contact when it is", async () => {
    const about = somebody();
    const first = await world.telegram.signIn(about);
    expect(first.body.user).toMatchObject({ phone: null, version: 1, telegramUserId: about.id });
    const phone = phoneOf(about.id);
    const second = await world.telegram.signIn({ ...about, phone_number: phone });
    expect(second.body.user).toMatchObject({ id: first.body.user.id, phone: `+${phone}`, version: 2 });
    // A later sign-in without the phone takes nothing away.
    expect((await world.telegram.signIn(about)).body.user.phone).toBe(`+${phone}`);
  });

  test("takes the phone from the account that had it, and nothing else", async () => {
    const [before, after] = [somebody(), somebody()];
    const phone_number = phoneOf(before.id);
    const first = await world.telegram.signIn({ ...before, phone_number });
    const second = await world.telegram.signIn({ ...after, phone_number });
    expect(second.body.user).toMatchObject({ phone: `+${phone_number}`, telegramUserId: after.id });
    const me = await world.harness.call("GET", "/v1/users/me", { token: first.body.accessToken });
    expect([me.status, me.body.phone]).toEqual([200, null]);
    const released = (await world.auditOf("phone-released")).map((row) => row.user_id);
    expect(released).toContain(first.body.user.id);
  });

  test("gets no phone that Telegram has not verified or that is none, and is admin by one of ADMIN_PHONES", async () => {
    for (const claims of [
      { phone_number: ADMIN_PHONE, phone_number_verified: false },
      { phone_number: "boss" },
      { phone_number: 491510000001 },
    ])
      expect((await world.telegram.signIn(somebody(claims))).body.user).toMatchObject({
        phone: null,
        role: "customer",
      });
    const admin = await world.telegram.signIn(somebody({ phone_number: "491510000001" }));
    expect(admin.body.user).toMatchObject({ phone: ADMIN_PHONE, role: "admin" });
  });

  test("that is blocked gets no session, and the answer does not say why", async () => {
    const about = somebody();
    const { body } = await world.telegram.signIn(about);
    await world.harness.database.db.execute(
      `update app_user set status = 'blocked' where id = '${body.user.id}'`,
    );
    const refused = await world.telegram.signIn(about);
    expect(refused.status).toBe(401);
    expect(JSON.stringify(refused.body)).not.toMatch(/block/i);
    expect(await world.newestRefusal()).toBe("telegram: blocked or used");
  });

  test("telegram:bot_access is said in the transaction of the sign-in, where it was granted", async () => {
    const [all, some, none] = [somebody(), somebody(), somebody()];
    await world.telegram.signIn(all);
    world.issuer.play({ scope: SCOPES });
    await world.telegram.signIn(some);
    world.issuer.play({ scope: "openid profile" });
    await world.telegram.signIn(none);
    const events = (await world.rows("outbox")).map(
      ({ event }) => event as { type: string; data: Record<string, unknown> },
    );
    const opened = events
      .filter(({ type }) => type === "user.chat-opened")
      .map(({ data }) => data.telegramUserId);
    expect([all, some, none].map(({ id }) => opened.filter((told) => told === id).length)).toEqual([1, 1, 0]);
  });
});

describe("a provider of OIDC_PROVIDERS", () => {
  test("signs in whom it vouches for, by its subject alone: no phone, no Telegram, no rights", async () => {
    const { acme } = world;
    const about = {
      sub: "ada@acme",
      name: "Ada",
      phone_number: ADMIN_PHONE,
      phone_number_verified: true,
      id: 1,
    };
    const first = await acme.signIn(about);
    expect(first.status).toBe(200);
    expect(first.body.user).toMatchObject({
      name: "Ada",
      phone: null,
      telegramUserId: null,
      role: "customer",
    });
    expect((await acme.signIn({ ...about, name: "Other" })).body.user).toEqual(first.body.user);
    expect((await acme.signIn({ ...about, sub: "eve@acme" })).body.user.id).not.toBe(first.body.user.id);
    expect((await world.auditOf("signed-in")).at(-1)?.detail).toBe("oidc");
  });

  test("makes one account of ten first sign-ins at once", async () => {
    const { acme } = world;
    const all = await Promise.all(
      Array.from({ length: 10 }, () => acme.signIn({ sub: "bob@acme", name: "Bob" })),
    );
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(all.map(({ body }) => body.user.id)).size).toBe(1);
  });

  test("forgets the subject of who is erased: the next sign-in is somebody new", async () => {
    const { acme } = world;
    const first = await acme.signIn({ sub: "cleo@acme", name: "Cleo" });
    const erased = await world.harness.call("DELETE", "/v1/users/me", { token: first.body.accessToken });
    expect(erased.status).toBe(202);
    expect((await world.rows("external_identity")).filter(({ subject }) => subject === "cleo@acme")).toEqual(
      [],
    );
    expect((await acme.signIn({ sub: "cleo@acme", name: "Cleo" })).body.user.id).not.toBe(first.body.user.id);
  });
});

describe("auth-17: budgets", () => {
  const start = async (limits?: Limits) => {
    const harness = await startAuth({
      environment: {
        RATE_LIMITS: "on",
        OTP_REQUESTS_PER_ADDRESS: "3",
        TELEGRAM_OIDC_ISSUER: world.issuer.issuer,
        TELEGRAM_OIDC_CLIENT_ID: CLIENT_ID,
        TELEGRAM_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      },
      ...(limits === undefined ? {} : { limits }),
    });
    return { harness, telegram: oidcStepsOf(harness, world.issuer) };
  };

  test(
    "an address begins, and comes back, so many times an hour",
    async () => {
      const { harness, telegram } = await start();
      for (let n = 0; n < 3; n += 1) expect((await telegram.start(telegram.open())).status).toBe(303);
      const refused = await telegram.start(telegram.open());
      expect([refused.status, refused.body.code]).toEqual([429, "TRY_LATER"]);
      for (let n = 0; n < 3; n += 1)
        expect((await telegram.callback(telegram.open(), { state: "x" })).status).toBe(401);
      expect((await telegram.callback(telegram.open(), { state: "x" })).status).toBe(429);
      await harness.close();
    },
    SET_UP_TIMEOUT_MS,
  );

  test(
    "nobody signs in while nothing can be counted: it fails closed",
    async () => {
      const consume = async () => {
        throw unavailable("The counters cannot be reached.");
      };
      const { harness, telegram } = await start({ consume, reset: async () => undefined });
      expect((await telegram.start(telegram.open())).status).toBe(503);
      await harness.close();
    },
    SET_UP_TIMEOUT_MS,
  );
});
