import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { unavailable } from "../shared/kernel/errors.ts";
import type { Limits } from "../shared/ports/limits.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";
import { signInitData } from "./testing/telegram-signer.ts";
import { PRODUCTION, TEST_ENVIRONMENT } from "./testing/telegram-vectors.ts";

const KEY = Buffer.alloc(32, 7);
const MINI_APP = "/v1/auth/telegram/miniapp";

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth({
    environment: {
      TELEGRAM_WEBAPP_KEY: KEY.toString("hex"),
    },
  });
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

const open = closedAfterEach(startAuth);

/** Tests share the service, not the people. */
let people = 5_000;
const somebody = () => {
  people += 1;
  return personOf(people);
};

const secondsAt = ({ clock }: AuthHarness, ageSeconds: number): number =>
  Math.floor(clock.now().getTime() / 1_000) - ageSeconds;
const initDataOf = ({ id }: { id: number }, ageSeconds = 0, key = KEY, at = harness): string =>
  signInitData(
    {
      user: JSON.stringify({ id, first_name: "Ada", last_name: "L", language_code: "de" }),
      chat_instance: "-42",
      auth_date: secondsAt(at, ageSeconds),
    },
    key,
  );
const exchange = (initData: string, at = harness, headers: Record<string, string> = {}) =>
  at.call("POST", MINI_APP, { body: { initData }, headers });
/** Why somebody was refused, oldest first. */
const refusalsOf = async ({ id }: { id: number }) => {
  const { rows } = await harness.database.db.execute<{ detail: string }>(
    sql`select detail from audit_event where kind = 'sign-in-refused' and telegram_user_id = ${id} order by id`,
  );
  return rows.map(({ detail }) => detail);
};

describe("auth-16: a sign-in from a Mini App", () => {
  test("makes an account without a phone, and tokens as a code does", async () => {
    const person = somebody();
    const signedIn = await exchange(initDataOf(person), harness, {
      "x-client-ip": "203.0.113.7",
      "user-agent": "Telegram-Android/11",
    });
    expect(signedIn.status).toBe(200);
    expect(signedIn.headers.get("cache-control")).toBe("no-store");
    expect(signedIn.body).toMatchObject({ tokenType: "Bearer", expiresIn: 900 });
    expect(signedIn.body.user).toMatchObject({
      phone: null,
      telegramUserId: person.id,
      name: "Ada L",
      language: "de",
      role: "customer",
      status: "active",
      version: 1,
    });
    const token = signedIn.body.accessToken;
    expect((await harness.call("GET", "/v1/users/me", { token })).body).toEqual(signedIn.body.user);
    const sessions = await harness.call("GET", "/v1/users/me/sessions", { token });
    expect(sessions.body.items).toMatchObject([{ ip: "203.0.113.7", userAgent: "Telegram-Android/11" }]);
    const refreshed = await harness.call("POST", "/v1/auth/refresh", {
      body: { refreshToken: signedIn.body.refreshToken },
    });
    expect(refreshed.status).toBe(200);
    expect((await harness.call("POST", "/v1/auth/logout", { token })).status).toBe(204);
    expect((await harness.call("GET", "/v1/users/me", { token })).status).toBe(401);
  });

  test("tells everybody of a new account once, and writes down how the person signed in", async () => {
    const person = somebody();
    const first = await exchange(initDataOf(person));
    const again = await exchange(initDataOf(person, 5));
    expect(again.body.user).toEqual(first.body.user);
    const { db } = harness.database;
    const { rows: events } = await db.execute<{ type: string }>(
      sql`select event ->> 'type' as type from outbox where aggregate = ${first.body.user.id}`,
    );
    expect(events.filter(({ type }) => type === "user.created")).toHaveLength(1);
    const { rows: audit } = await db.execute<{ kind: string; detail: string; challenge_id: string | null }>(
      sql`select kind, detail, challenge_id from audit_event where user_id = ${first.body.user.id} order by id`,
    );
    expect(audit.filter(({ kind }) => kind === "user-created")).toHaveLength(1);
    expect(audit.filter(({ kind }) => kind === "signed-in")).toEqual([
      { kind: "signed-in", detail: "mini-app", challenge_id: null },
      { kind: "signed-in", detail: "mini-app", challenge_id: null },
    ]);
  });

  test("two at once make one account", async () => {
    const person = somebody();
    const ages = [0, 1, 2, 3, 4, 5, 6, 7];
    const answers = await Promise.all(ages.map((age) => exchange(initDataOf(person, age))));
    expect(answers.map(({ status }) => status)).toEqual(ages.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1);
  });

  test("finds the account that a code has made, and one made here gets its phone by a contact later", async () => {
    const steps = stepsOf(harness);
    const [known, later] = [somebody(), somebody()];
    const byCode = await steps.signUp(known, "+4915200005001");
    const byApp = await exchange(initDataOf(known));
    expect(byApp.body.user.id).toBe(byCode.body.user.id);
    expect(byApp.body.user.phone).toBe("+4915200005001");

    const phoneless = await exchange(initDataOf(later));
    const bound = await steps.signUp(later, "+4915200005002");
    expect(bound.status).toBe(200);
    expect(bound.body.user).toMatchObject({
      id: phoneless.body.user.id,
      phone: "+4915200005002",
      version: phoneless.body.user.version + 1,
    });
  });

  test("an hour old is good, as is one from a clock that is a minute ahead", async () => {
    expect((await exchange(initDataOf(somebody(), 3_600))).status).toBe(200);
    expect((await exchange(initDataOf(somebody(), -60))).status).toBe(200);
  });
});

describe("auth-16: refused with one and the same 401", () => {
  const refused = async (initData: string, at = harness) => {
    const { status, body, headers } = await exchange(initData, at);
    const { requestId: _, ...problem } = body;
    return { status, problem, retryAfter: headers.get("retry-after") };
  };

  test("whatever is wrong", async () => {
    const good = initDataOf(somebody());
    const stale = somebody();
    const wrong = [
      "",
      "not init data",
      good.replace("Ada", "Eve"),
      good.replace(/hash=.*/, ""),
      good.replace(/&hash=.*/, ""),
      good.replace(/hash=.*/, `hash=${"0".repeat(64)}`),
      `${good}&auth_date=${secondsAt(harness, 0)}`,
      `${good}&start_param=${"x".repeat(4_096)}`,
      signInitData({ user: "{}", auth_date: secondsAt(harness, 0), start_param: "x".repeat(4_096) }, KEY),
      initDataOf(somebody(), 0, Buffer.alloc(32, 8)),
      initDataOf(stale, 3_601),
      initDataOf(somebody(), -61),
    ];
    const answers = await Promise.all(wrong.map((initData) => refused(initData)));
    expect(answers[0]).toMatchObject({ status: 401, problem: { code: "UNAUTHENTICATED" } });
    for (const answer of answers) expect(answer).toEqual(answers[0] as (typeof answers)[number]);
    expect(await refusalsOf(stale)).toEqual(["mini-app: stale"]);
    expect((await exchange(good)).status).toBe(200);
  });

  test("the sixth exchange of the same data, however they are written, and nobody else's", async () => {
    const person = somebody();
    const initData = initDataOf(person);
    const reordered = initData.split("&").toReversed().join("&");
    for (const data of [initData, initData, reordered, initData, reordered])
      expect((await exchange(data)).status).toBe(200);
    const unsigned = await refused("not init data");
    expect(await refused(reordered)).toEqual(unsigned);
    expect(await refused(initData)).toEqual(unsigned);
    const tooOften = "mini-app: exchanged too often";
    expect(await refusalsOf(person)).toEqual([tooOften, tooOften]);
    expect((await exchange(initDataOf(person, 1))).status).toBe(200);
  });

  test("of many exchanges at once five get a session", async () => {
    const initData = initDataOf(somebody());
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(initData)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(15);
  });

  test("a blocked account", async () => {
    const person = somebody();
    const signedIn = await exchange(initDataOf(person));
    const { id } = signedIn.body.user;
    await harness.database.db.execute(sql`update app_user set status = 'blocked' where id = ${id}`);
    expect(await refused(initDataOf(person, 1))).toEqual(await refused("not init data"));
    expect(await refusalsOf(person)).toEqual(["mini-app: blocked"]);
  });

  test("and nothing of the data is in a log line, an answer or the database", async () => {
    const person = somebody();
    const initData = initDataOf(person);
    const tampered = initData.replace("Ada", "Canary");
    const answers = [await exchange(initData), await exchange(tampered)];
    const tables = ["session", "refresh_token", "audit_event", "outbox", "app_user"];
    const dumps = await Promise.all(
      tables.map(async (table) => (await harness.database.db.execute(`select * from ${table}`)).rows),
    );
    const written = JSON.stringify([harness.log.lines, dumps, answers.map(({ body }) => body)]);
    for (const canary of [initData, tampered, "Canary", initData.slice(-64), KEY.toString("hex")])
      expect(written.includes(canary)).toBe(false);
  });
});

describe("auth-16: the limits", () => {
  test("an address tries as often as it may ask for codes", async () => {
    const limited = await open({
      environment: {
        RATE_LIMITS: "on",
        OTP_REQUESTS_PER_ADDRESS: "3",
        TELEGRAM_WEBAPP_KEY: KEY.toString("hex"),
      },
    });
    const from = (ip: string) => exchange("not init data", limited, { "x-client-ip": ip });
    for (let n = 0; n < 3; n += 1) expect((await from("203.0.113.7")).status).toBe(401);
    const late = await from("203.0.113.7");
    expect([late.status, late.body.code]).toEqual([429, "TRY_LATER"]);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(3_000);
    expect((await from("203.0.113.8")).status).toBe(401);
  });

  test("nobody gets in while nothing can be counted, also with the budgets off", async () => {
    const limits: Limits = {
      consume: async () => {
        throw unavailable("The counters cannot be reached.");
      },
      reset: async () => undefined,
    };
    const uncounted = await open({ limits, environment: { TELEGRAM_WEBAPP_KEY: KEY.toString("hex") } });
    const answer = await exchange(initDataOf(somebody(), 0, KEY, uncounted), uncounted);
    expect([answer.status, answer.body.code]).toEqual([503, "UNAVAILABLE"]);
    expect((await uncounted.database.db.execute(sql`select 1 from app_user`)).rows).toEqual([]);
  });
});

describe("auth-16: what Telegram has really made", () => {
  /** Sets the service's clock so that the data were made a second ago. */
  const startAt = async (madeAt: Date, environment: Record<string, string>) => {
    const started = await open({ environment });
    started.clock.set(new Date(madeAt.getTime() + 1_000));
    return started;
  };

  test("in the test environment signs in by Telegram's key", async () => {
    const { botId, userId, authDate, initData } = TEST_ENVIRONMENT;
    const started = await startAt(authDate, {
      TELEGRAM_BOT_ID: botId,
      TELEGRAM_WEBAPP_ENVIRONMENT: "test",
    });
    const signedIn = await exchange(initData, started);
    expect([signedIn.status, signedIn.body.user?.telegramUserId]).toEqual([200, userId]);
    expect((await exchange(initData.replace("5001146408", "5001146409"), started)).status).toBe(401);
    // The hash is not what Telegram's key has signed: another one is no way around the count.
    for (let n = 0; n < 4; n += 1)
      expect((await exchange(initData.replace(/hash=../, `hash=0${n}`), started)).status).toBe(200);
    expect((await exchange(initData.replace(/hash=../, "hash=ff"), started)).status).toBe(401);
  });

  test("in production signs in by either key, and is stale today", async () => {
    const { botId, webAppKey, authDate, initData } = PRODUCTION;
    for (const environment of [{ TELEGRAM_BOT_ID: botId }, { TELEGRAM_WEBAPP_KEY: webAppKey }]) {
      const started = await startAt(authDate, environment);
      expect((await exchange(initData, started)).status).toBe(200);
      started.clock.advance(3_600_000);
      expect((await exchange(initData, started)).status).toBe(401);
    }
  });
});
