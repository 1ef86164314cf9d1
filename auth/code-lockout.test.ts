import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createMemoryLimits } from "../shared/drivers/memory-limits.ts";
import { createMemoryTtlStore } from "../shared/drivers/memory-ttl-store.ts";
import { unavailable } from "../shared/kernel/errors.ts";
import type { LimitRule } from "../shared/ports/limits.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { ATTEMPTS_MAX } from "./domain/challenge.ts";
import { FAILURES_MAX } from "./lockout.ts";
import { type Answer, type AuthHarnessOptions, personOf, startAuth } from "./testing/auth-harness.ts";
import { otherThan, stepsOf } from "./testing/sign-in.ts";
import { signInitData } from "./testing/telegram-signer.ts";

// Each guesses dozens of times.
setDefaultTimeout(20_000);

const PHONE = "+4915112345678";
const NOBODYS_PHONE = "+4915187654321";
const HOUR_MS = 3_600_000;
const ada = personOf(77);

const open = closedAfterEach(startAuth);
const start = async (options: AuthHarnessOptions = {}) => {
  const harness = await open(options);
  const steps = stepsOf(harness);
  const { body } = await steps.signUp(ada, PHONE);
  return { harness, steps, ...(body as { refreshToken: string; accessToken: string }) };
};
type Started = Awaited<ReturnType<typeof start>>;

const shown = ({ status, body }: Answer) => ({ status, code: body.code, detail: body.detail });
const refused = expect.objectContaining({ status: 401, code: "OTP_INVALID" });
const audited = async ({ harness }: Started, kind: string) => {
  const { rows } = await harness.database.db.execute<{ detail: string | null; user_id: string | null }>(
    `select detail, user_id from audit_event where kind = '${kind}' order by id`,
  );
  return rows;
};

/** Guesses at challenges of a phone until so many codes were wrong; answers all that the guesser gets to see. */
const guess = async ({ steps }: Started, phone: string, isKnown: boolean, count = FAILURES_MAX) => {
  const seen: ReturnType<typeof shown>[] = [];
  while (seen.length < count) {
    const asked = await steps.request({ phone });
    const wrong = isKnown ? otherThan(await steps.codeFor(asked)) : "000000";
    for (let n = 0; n < ATTEMPTS_MAX && seen.length < count; n += 1)
      seen.push(shown(await steps.verify(asked, wrong)));
  }
  return seen;
};

describe("auth-7: twenty wrong codes in a row", () => {
  test("close codes for the account for an hour, then for two, and say so in its own chat alone", async () => {
    const shop = await start();
    const { harness, steps } = shop;
    const before = await steps.request({ phone: PHONE });
    const code = await steps.codeFor(before);
    for (const hours of [1, 2]) {
      const pending = hours === 1 ? before : await steps.request({ phone: PHONE });
      const right = hours === 1 ? code : await steps.codeFor(pending);
      expect(await guess(shop, PHONE, true)).toEqual(Array(FAILURES_MAX).fill(refused));
      // A right code that was sent before is refused as a wrong one is, and none is sent any more.
      expect(shown(await steps.verify(pending, right))).toEqual(refused);
      const asked = await steps.request({ phone: PHONE });
      expect(asked.status).toBe(202);
      expect((await steps.open(asked, ada)).body.outcome).toBe("try-later");
      expect(steps.codesFor(asked)).toEqual([]);
      harness.clock.advance(hours * HOUR_MS);
    }
    expect((await steps.signIn(PHONE)).status).toBe(200);
    expect(await audited(shop, "codes-closed")).toHaveLength(2);
  });

  test("are not seen to have closed anything: a phone that nobody has is answered like one that somebody has", async () => {
    const shop = await start();
    /** A challenge of before, the guesses, and one of after. */
    const see = async (phone: string, isKnown: boolean) => {
      const before = await shop.steps.request({ phone });
      if (isKnown) await shop.steps.codeFor(before);
      const guesses = await guess(shop, phone, isKnown);
      const late = shown(await shop.steps.verify(before, "12345678"));
      const after = await shop.steps.request({ phone });
      const anew = shown(await shop.steps.verify(after, "000000"));
      return { guesses, late, status: after.status, fields: Object.keys(after.body), anew };
    };
    expect(await see(PHONE, true)).toEqual(await see(NOBODYS_PHONE, false));
    // What the guesser is not told, the record is.
    const rows = await audited(shop, "code-refused");
    const ofAccount = rows.filter(({ user_id }) => user_id !== null);
    expect(ofAccount.map(({ detail }) => detail)).toEqual([...Array(FAILURES_MAX).fill(null), "closed"]);
    expect(await audited(shop, "codes-closed")).toHaveLength(1);
  });

  test("leave every other way in open, and what takes a session to guess at: its fresh codes", async () => {
    const key = Buffer.alloc(32, 7);
    const environment = { PASSWORD_LOGIN: "on", TELEGRAM_WEBAPP_KEY: key.toString("hex") };
    const shop = await start({ environment });
    const { harness, steps, refreshToken, accessToken } = shop;
    const [username, password] = ["ada.l", "tram oak lamp seventeen"];
    await harness.call("PATCH", "/v1/users/me", { token: accessToken, body: { username } });
    const proved = (await steps.stepUp(accessToken, "password.set")).body.accessToken;
    await harness.call("PUT", "/v1/users/me/password", { token: proved, body: { password } });
    await guess(shop, PHONE, true);
    expect((await steps.stepUp(accessToken, "password.set")).status).toBe(200);
    expect((await steps.request({ phone: PHONE })).status).toBe(202);
    const initData = signInitData(
      {
        user: JSON.stringify({ id: ada.id, first_name: "Ada" }),
        auth_date: Math.floor(harness.clock.now().getTime() / 1_000),
      },
      key,
    );
    const ways = await Promise.all([
      harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } }),
      harness.call("POST", "/v1/auth/login", { body: { username, password } }),
      harness.call("POST", "/v1/auth/telegram/miniapp", { body: { initData } }),
    ]);
    expect(ways.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test("of a fresh code close fresh codes, say so to the session that asks, and leave signing in alone", async () => {
    const shop = await start();
    const { steps, accessToken } = shop;
    const bearer = steps.bearer(accessToken);
    const before = await steps.requestStepUp(accessToken, "password.set");
    const right = await steps.codeFor(before);
    for (let guesses = 0; guesses < FAILURES_MAX; guesses += ATTEMPTS_MAX) {
      const asked = await steps.requestStepUp(accessToken, "password.set");
      const wrong = otherThan(await steps.codeFor(asked));
      for (let n = 0; n < ATTEMPTS_MAX; n += 1)
        expect(shown(await steps.verify(asked, wrong, bearer))).toEqual(refused);
    }
    expect(shown(await steps.verify(before, right, bearer))).toEqual(refused);
    const asked = await steps.requestStepUp(accessToken, "password.set");
    expect([asked.status, asked.body.code, asked.headers.get("retry-after")]).toEqual([
      ...[429, "TRY_LATER", "3600"],
    ]);
    expect((await steps.signIn(PHONE)).status).toBe(200);
    expect(await audited(shop, "codes-closed")).toHaveLength(1);
  });

  test("have to be in a row: a right one in between begins the count anew", async () => {
    const shop = await start();
    for (let round = 0; round < 2; round += 1) {
      await guess(shop, PHONE, true, FAILURES_MAX - 1);
      expect((await shop.steps.signIn(PHONE)).status).toBe(200);
    }
  });

  test("are the only ones that are compared, of many at once at two instances", async () => {
    const shared = { limits: createMemoryLimits(), ttlStore: createMemoryTtlStore() };
    const shop = await start(shared);
    const second = await startAuth({ ...shared, database: shop.harness.database });
    try {
      const elsewhere = stepsOf(second);
      const challenges = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const asked = await shop.steps.request({ phone: PHONE });
          return { asked, wrong: otherThan(await shop.steps.codeFor(asked)) };
        }),
      );
      const guesses = challenges.flatMap(({ asked, wrong }) =>
        Array.from({ length: ATTEMPTS_MAX }, (_, n) =>
          (n % 2 === 0 ? shop.steps : elsewhere).verify(asked, wrong),
        ),
      );
      const answers = (await Promise.all(guesses)).map(shown);
      expect(answers).toEqual(answers.map(() => refused));
      const rows = await audited(shop, "code-refused");
      expect(rows.filter(({ detail }) => detail === null)).toHaveLength(FAILURES_MAX);
      expect(rows).toHaveLength(challenges.length * ATTEMPTS_MAX);
      expect(await audited(shop, "codes-closed")).toHaveLength(1);
    } finally {
      await second.auth.stop();
    }
  });
});

test("auth-7: without shared counters no code is compared, whether an account is asked for or not", async () => {
  const counters = createMemoryLimits();
  let isAway = false;
  const limits = {
    ...counters,
    consume: async (rule: LimitRule, subject: string, points?: number) => {
      if (isAway) throw unavailable("The counters cannot be reached.");
      return counters.consume(rule, subject, points);
    },
  };
  const { steps } = await start({ limits });
  const known = await steps.request({ phone: PHONE });
  const code = await steps.codeFor(known);
  const unknown = await steps.request({ phone: NOBODYS_PHONE });
  isAway = true;
  for (const [asked, typed] of [
    [known, code],
    [known, otherThan(code)],
    [unknown, code],
  ] as const)
    expect(shown(await steps.verify(asked, typed))).toMatchObject({ status: 503, code: "UNAVAILABLE" });
  isAway = false;
  expect((await steps.verify(known, code)).status).toBe(200);
});
