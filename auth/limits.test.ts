import { describe, expect, test } from "bun:test";
import { createMemoryLimits } from "../shared/drivers/memory-limits.ts";
import { unavailable } from "../shared/kernel/errors.ts";
import type { Limits } from "../shared/ports/limits.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type AuthHarnessOptions, personOf, startAuth } from "./testing/auth-harness.ts";
import { otherThan, stepsOf } from "./testing/sign-in.ts";

const open = closedAfterEach(startAuth);

const start = async (options: AuthHarnessOptions = {}) => {
  const harness = await open(options);
  return { harness, steps: stepsOf(harness) };
};

const PHONE = "+4915112345678";
const ada = personOf(77);

describe("auth-4: a code lives for 300 seconds", () => {
  test("it is good after 299", async () => {
    const { harness, steps } = await start();
    await steps.signUp(ada, PHONE);
    const asked = await steps.request({ phone: PHONE });
    const code = await steps.codeFor(asked);
    harness.clock.advance(299_000);
    expect((await steps.verify(asked, code)).status).toBe(200);
  });

  test("and over after 301", async () => {
    const { harness, steps } = await start();
    await steps.signUp(ada, PHONE);
    const asked = await steps.request({ phone: PHONE });
    const code = await steps.codeFor(asked);
    harness.clock.advance(301_000);
    expect((await steps.verify(asked, code)).body.code).toBe("OTP_INVALID");
    expect((await steps.open(asked, ada)).body.outcome).toBe("unknown-link");
  });
});

test("auth-3, auth-7: another code comes after a minute, twice, and makes the one before wrong", async () => {
  const { harness, steps } = await start();
  await steps.signUp(ada, PHONE);
  const asked = await steps.request({ phone: PHONE });
  const { challengeId, challengeSecret } = asked.body;
  const resend = (secret = challengeSecret) =>
    harness.call("POST", "/v1/auth/otp/resend", { body: { challengeId, challengeSecret: secret } });
  const first = await steps.codeFor(asked);
  harness.clock.advance(59_000);
  const early = await resend();
  expect(early.body.code).toBe("TRY_LATER");
  expect(early.headers.get("retry-after")).toBe("1");
  harness.clock.advance(1_000);
  expect((await resend("x".repeat(43))).body.code).toBe("OTP_INVALID");
  expect((await resend()).status).toBe(202);
  const second = await steps.codeFor(asked, 2);
  expect(second).not.toBe(first);
  expect((await steps.verify(asked, first)).status).toBe(401);
  harness.clock.advance(60_000);
  expect((await resend()).status).toBe(202);
  const third = await steps.codeFor(asked, 3);
  harness.clock.advance(60_000);
  expect((await resend()).body.code).toBe("OTP_INVALID");
  expect((await steps.verify(asked, third)).status).toBe(200);
});

describe("auth-7: budgets", () => {
  test("a phone may be asked for five times an hour, known or not", async () => {
    const { steps } = await start({ environment: { RATE_LIMITS: "on" } });
    for (let n = 0; n < 5; n += 1) expect((await steps.request({ phone: PHONE })).status).toBe(202);
    const refused = await steps.request({ phone: PHONE });
    expect(refused.status).toBe(429);
    expect(refused.body.code).toBe("TRY_LATER");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3_000);
    expect((await steps.request({ phone: "+4915187654321" })).status).toBe(202);
  });

  test("and ten times a day", async () => {
    const { reset, consume } = createMemoryLimits();
    /** Counters for which an hour has always passed. */
    const limits: Limits = {
      reset,
      consume: async (rule, subject, points) => {
        if (rule.name === "otp-phone-hour") await reset(rule, subject);
        return consume(rule, subject, points);
      },
    };
    const { steps } = await start({ environment: { RATE_LIMITS: "on" }, limits });
    for (let n = 0; n < 10; n += 1) expect((await steps.request({ phone: PHONE })).status).toBe(202);
    const refused = await steps.request({ phone: PHONE });
    expect([refused.status, refused.body.code]).toEqual([429, "TRY_LATER"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(80_000);
  });

  test("an address may ask twenty times an hour", async () => {
    const { steps } = await start({ environment: { RATE_LIMITS: "on" } });
    const from = (ip: string) => steps.request({ link: true }, { "x-client-ip": ip });
    for (let n = 0; n < 20; n += 1) expect((await from("203.0.113.7")).status).toBe(202);
    expect((await from("203.0.113.7")).status).toBe(429);
    expect((await from("203.0.113.8")).status).toBe(202);
  });

  test("a chat gets five codes in a quarter of an hour", async () => {
    const { steps } = await start({ environment: { RATE_LIMITS: "on" } });
    expect((await steps.signUp(ada, PHONE)).status).toBe(200);
    const outcomes: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const asked = await steps.request({ link: true });
      outcomes.push((await steps.open(asked, ada)).body.outcome);
    }
    expect(outcomes).toEqual(["code-sent", "code-sent", "code-sent", "code-sent", "try-later"]);
  });

  test("nobody signs in by code while nothing can be counted", async () => {
    const limits: Limits = {
      consume: async () => {
        throw unavailable("The counters cannot be reached.");
      },
      reset: async () => undefined,
    };
    const { steps } = await start({ environment: { RATE_LIMITS: "on" }, limits });
    expect((await steps.request({ phone: PHONE })).status).toBe(503);
  });
});

test("codes get 8 digits while more than 60 wrong ones a minute come in", async () => {
  const { steps } = await start();
  await steps.signUp(ada, PHONE);
  for (let challenge = 0; challenge < 13; challenge += 1) {
    const asked = await steps.request({ link: true });
    for (let n = 0; n < 5; n += 1) await steps.verify(asked, "000000");
  }
  const asked = await steps.request({ phone: PHONE });
  const code = await steps.codeFor(asked);
  expect(code).toMatch(/^[0-9]{8}$/);
  expect((await steps.verify(asked, code.slice(2))).status).toBe(401);
  expect((await steps.verify(asked, code)).status).toBe(200);
});

describe("while notify", () => {
  test("cannot be reached, a sign-in is refused before anything is promised", async () => {
    const { harness, steps } = await start();
    harness.notify.state.reachable = false;
    const refused = await steps.request({ phone: PHONE });
    expect(refused.status).toBe(503);
    expect(refused.body.code).toBe("UNAVAILABLE");
  });

  test("cannot reach the chat, the person is told to try later", async () => {
    const { harness, steps } = await start();
    await steps.signUp(ada, PHONE);
    harness.notify.state.outcome = "unreachable";
    const asked = await steps.request({ link: true });
    expect((await steps.open(asked, ada)).body.outcome).toBe("try-later");
  });

  test("can reach the chat again, its opening by the link brings a code at once", async () => {
    const { harness, steps } = await start();
    await steps.signUp(ada, PHONE);
    harness.notify.state.outcome = "unreachable";
    const asked = await steps.request({ phone: PHONE });
    const released = async () => {
      const { rows } = await harness.database.db.execute(
        `select 1 from challenge where id = '${asked.body.challengeId}' and send_count = 1 and last_sent_at is null`,
      );
      return rows.length > 0;
    };
    await waitFor(released, { what: "the answer that the chat cannot be reached" });
    harness.notify.state.outcome = "sent";
    expect((await steps.open(asked, ada)).body.outcome).toBe("code-sent");
    expect((await steps.verify(asked, await steps.codeInChat(asked, ada))).status).toBe(200);
  });

  test("does not know whether a code arrived, it is not sent again by itself", async () => {
    const { harness, steps } = await start();
    await steps.signUp(ada, PHONE);
    harness.notify.state.outcome = "unknown";
    const asked = await steps.request({ link: true });
    expect((await steps.open(asked, ada)).body.outcome).toBe("code-sent");
    expect(steps.codesFor(asked)).toHaveLength(1);
  });
});

test("auth-1: the answer does not wait for the code, and a stop does", async () => {
  const { harness, steps } = await start();
  await steps.signUp(ada, PHONE);
  const gate = Promise.withResolvers<void>();
  harness.notify.state.before = gate.promise;
  const asked = await steps.request({ phone: PHONE });
  expect(asked.status).toBe(202);
  expect(steps.codesFor(asked)).toEqual([]);
  const stopped = harness.auth.stop();
  gate.resolve();
  await stopped;
  expect(steps.codesFor(asked)).toHaveLength(1);
});

test("auth-21: no code, secret or token is in the database, an answer's error or a log line", async () => {
  const { harness, steps } = await start();
  const signedUp = await steps.signUp(ada, PHONE);
  const asked = await steps.request({ phone: PHONE });
  const code = await steps.codeFor(asked);
  const wrong = await steps.verify(asked, otherThan(code));
  const signedIn = await steps.verify(asked, code);
  const tables = ["challenge", "session", "refresh_token", "audit_event", "outbox", "app_user"];
  const dumps = await Promise.all(
    tables.map(async (table) => (await harness.database.db.execute(`select * from ${table}`)).rows),
  );
  const nonce = new URL(asked.body.deepLink).searchParams.get("start")?.slice(2);
  const secrets = [
    asked.body.challengeSecret,
    nonce,
    signedIn.body.refreshToken,
    signedIn.body.accessToken,
    signedUp.body.refreshToken,
    harness.config.OTP_PEPPER,
    harness.signingJwk.d,
  ];
  const rows = JSON.stringify(dumps);
  const elsewhere = JSON.stringify([harness.log.lines, wrong.body]);
  for (const secret of secrets) {
    expect(rows.includes(secret)).toBe(false);
    expect(elsewhere.includes(secret)).toBe(false);
  }
  expect(rows.includes(`"${code}"`)).toBe(false);
  expect(elsewhere.includes(`"${code}"`)).toBe(false);
});
