import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth({ environment: { ADMIN_PHONES: "+49 151 0000001" } });
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

/** Tests share the service, not the people. */
let people = 1_000;
const somebody = () => {
  people += 1;
  return { account: personOf(people), phone: `+4915200${people}` };
};

describe("a first sign-in", () => {
  test("by phone: the bot asks for the contact, and the code signs the new person in", async () => {
    const { account, phone } = somebody();
    const asked = await steps.request({ phone });
    expect(asked.status).toBe(202);
    expect(Object.keys(asked.body).sort()).toEqual([
      "challengeId",
      "challengeSecret",
      "deepLink",
      "expiresAt",
      "resendAfter",
    ]);
    expect(asked.body.deepLink).toMatch(/\?start=l_[A-Za-z0-9_-]{22}$/);
    expect((await steps.open(asked, account)).body).toEqual({ outcome: "contact-needed" });
    expect((await steps.shareContact(account, phone.slice(1))).body).toEqual({ outcome: "code-sent" });
    const signedIn = await steps.verify(asked, await steps.codeFor(asked));
    expect(signedIn.status).toBe(200);
    expect(signedIn.headers.get("cache-control")).toBe("no-store");
    expect(signedIn.body).toMatchObject({ tokenType: "Bearer", expiresIn: 900 });
    expect(signedIn.body.user).toMatchObject({
      phone,
      telegramUserId: account.id,
      name: "Ada",
      role: "customer",
      status: "active",
      version: 1,
    });
    const me = await harness.call("GET", "/v1/users/me", { token: signedIn.body.accessToken });
    expect(me.body).toEqual(signedIn.body.user);
  });

  test("by link: the same without a phone to begin with", async () => {
    const { account, phone } = somebody();
    const asked = await steps.request({ link: true });
    expect((await steps.open(asked, account)).body).toEqual({ outcome: "contact-needed" });
    expect((await steps.shareContact(account, phone)).body).toEqual({ outcome: "code-sent" });
    const signedIn = await steps.verify(asked, await steps.codeFor(asked));
    expect(signedIn.body.user.phone).toBe(phone);
  });

  test("of a phone in ADMIN_PHONES makes an admin", async () => {
    const signedIn = await steps.signUp(somebody().account, "+491510000001");
    expect(signedIn.body.user.role).toBe("admin");
  });
});

describe("a later sign-in", () => {
  test("gets its code at once, and opening the link is of no further use", async () => {
    const { account, phone } = somebody();
    await steps.signUp(account, phone);
    const asked = await steps.request({ phone });
    const code = await steps.codeFor(asked);
    expect((await steps.open(asked, account)).body).toEqual({ outcome: "code-sent" });
    expect(steps.codesFor(asked)).toHaveLength(1);
    expect((await steps.verify(asked, code)).status).toBe(200);
  });

  test("by link gets its code when the link is opened", async () => {
    const { account, phone } = somebody();
    await steps.signUp(account, phone);
    const asked = await steps.request({ link: true });
    expect((await steps.open(asked, account)).body).toEqual({ outcome: "code-sent" });
    expect((await steps.verify(asked, await steps.codeFor(asked))).body.user.phone).toBe(phone);
  });

  test("tells the chat where the sign-in was asked for", async () => {
    const { account, phone } = somebody();
    await steps.signUp(account, phone);
    const asked = await steps.request(
      { phone },
      {
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "x-client-ip": "203.0.113.7",
      },
    );
    await steps.codeFor(asked);
    expect(steps.codesFor(asked)[0]).toMatchObject({
      askedFrom: "Firefox on Linux, 203.0.113.7",
      purpose: "login",
      chatId: account.id,
    });
  });
});

describe("auth-1: a request tells nothing about the phone", () => {
  test("the answer for a known, an unknown and a blocked phone differs in random values only", async () => {
    const known = somebody();
    const blocked = somebody();
    await steps.signUp(known.account, known.phone);
    const { body } = await steps.signUp(blocked.account, blocked.phone);
    const admin = await steps.signUpProved(personOf(900), "+491510000001");
    await harness.call("PATCH", `/v1/users/${body.user.id}`, {
      token: admin.body.accessToken,
      body: { status: "blocked" },
    });
    const answers = await Promise.all(
      [known.phone, somebody().phone, blocked.phone].map((phone) => steps.request({ phone })),
    );
    const shapes = answers.map(({ status, headers, body }) => ({
      status,
      headers: [...headers.keys()].filter((name) => name !== "x-request-id"),
      ...body,
      challengeId: body.challengeId.length,
      challengeSecret: body.challengeSecret.length,
      deepLink: body.deepLink.length,
    }));
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
  });

  test("a resend for an unknown phone is answered like one for a known phone", async () => {
    const asked = await steps.request({ phone: somebody().phone });
    const { challengeId, challengeSecret } = asked.body;
    const resend = () =>
      harness.call("POST", "/v1/auth/otp/resend", { body: { challengeId, challengeSecret } });
    const early = await resend();
    expect(early.status).toBe(429);
    expect(early.body.code).toBe("TRY_LATER");
    expect(early.headers.get("retry-after")).toBe("60");
  });
});

test("auth-5: of 50 right codes at once exactly one gets a session", async () => {
  const { account, phone } = somebody();
  const { body } = await steps.signUp(account, phone);
  const asked = await steps.request({ phone });
  const code = await steps.codeFor(asked);
  const answers = await Promise.all(Array.from({ length: 50 }, () => steps.verify(asked, code)));
  const winners = answers.filter(({ status }) => status === 200);
  expect(winners).toHaveLength(1);
  expect(answers.filter(({ status }) => status !== 200 && status !== 401 && status !== 429)).toEqual([]);
  const { rows } = await harness.database.db.execute<{ count: string }>(
    `select count(*) from session where user_id = '${body.user.id}'`,
  );
  expect(Number(rows[0]?.count)).toBe(2);
});

describe("auth-9: a link belongs to who opens it first", () => {
  test("a second Telegram account is refused, the first may open it again", async () => {
    const [first, second] = [somebody(), somebody()];
    const asked = await steps.request({ link: true });
    expect((await steps.open(asked, first.account)).body.outcome).toBe("contact-needed");
    expect((await steps.open(asked, second.account)).body.outcome).toBe("taken");
    expect((await steps.open(asked, first.account)).body.outcome).toBe("contact-needed");
  });

  test("of many who open it at once exactly one owns it", async () => {
    const asked = await steps.request({ link: true });
    const opened = await Promise.all(Array.from({ length: 8 }, () => steps.open(asked, somebody().account)));
    expect(opened.filter(({ body }) => body.outcome !== "taken")).toHaveLength(1);
  });

  test("an unknown link is unknown", async () => {
    const answer = await harness.internal("POST", "/internal/telegram/links", {
      nonce: "A".repeat(22),
      account: somebody().account,
    });
    expect(answer.body).toEqual({ outcome: "unknown-link" });
  });

  test("opening a link signs nobody in: without a code there is nothing to verify", async () => {
    const { account } = somebody();
    const asked = await steps.request({ link: true });
    await steps.open(asked, account);
    expect((await steps.verify(asked, "000000")).status).toBe(401);
  });
});

describe("auth-10, auth-11: a contact", () => {
  test("that is not a phone number is refused", async () => {
    expect((await steps.shareContact(somebody().account, "12")).body.outcome).toBe("invalid-phone");
    expect((await steps.request({ phone: "not a phone" })).body.code).toBe("VALIDATION");
  });

  test("without a sign-in that is waiting for it binds nothing", async () => {
    const { account, phone } = somebody();
    expect((await steps.shareContact(account, phone)).body.outcome).toBe("nothing-pending");
    const asked = await steps.request({ link: true });
    expect((await steps.open(asked, account)).body.outcome).toBe("contact-needed");
  });

  test("of another phone than was asked for binds nothing and is written down", async () => {
    const { account, phone } = somebody();
    const asked = await steps.request({ phone });
    await steps.open(asked, account);
    expect((await steps.shareContact(account, somebody().phone)).body.outcome).toBe("other-phone");
    expect(steps.codesFor(asked)).toEqual([]);
    const { rows } = await harness.database.db.execute(
      `select detail from audit_event where kind = 'contact-refused' and telegram_user_id = ${account.id}`,
    );
    expect(rows).toEqual([{ detail: "other-phone" }]);
  });

  test("of the account's own phone is bound already", async () => {
    const { account, phone } = somebody();
    await steps.signUp(account, phone);
    expect((await steps.shareContact(account, phone)).body.outcome).toBe("bound");
  });
});

test("a link that is opened while the code for the phone is under way brings one code, and that is good", async () => {
  const { account, phone } = somebody();
  await steps.signUp(account, phone);
  for (let round = 0; round < 10; round += 1) {
    harness.clock.advance(15 * 60_000);
    const asked = await steps.request({ phone });
    const opened = await Promise.all([steps.open(asked, account), steps.open(asked, account)]);
    expect(opened.map(({ body }) => body.outcome)).toEqual(["code-sent", "code-sent"]);
    const code = await steps.codeFor(asked);
    expect((await steps.verify(asked, code)).status).toBe(200);
    expect(steps.codesFor(asked)).toHaveLength(1);
  }
});

describe("auth-12: a phone that moves", () => {
  test("goes to its new holder and leaves the old account as it is, without the phone", async () => {
    const [old, heir] = [somebody(), somebody()];
    const before = await steps.signUp(old.account, old.phone);
    const after = await steps.signUp(heir.account, old.phone);
    expect(after.body.user.id).not.toBe(before.body.user.id);
    expect(after.body.user.phone).toBe(old.phone);
    const me = await harness.call("GET", "/v1/users/me", { token: before.body.accessToken });
    expect(me.status).toBe(200);
    expect(me.body).toMatchObject({ phone: null, telegramUserId: old.account.id, version: 2 });
  });

  test("makes an old code worthless for the account that it was sent to", async () => {
    const [old, heir] = [somebody(), somebody()];
    await steps.signUp(old.account, old.phone);
    const asked = await steps.request({ phone: old.phone });
    const oldCode = await steps.codeFor(asked);
    await steps.open(asked, heir.account);
    await steps.shareContact(heir.account, old.phone);
    const newCode = await steps.codeInChat(asked, heir.account);
    expect(newCode).not.toBe(oldCode);
    expect((await steps.verify(asked, oldCode)).status).toBe(401);
    const signedIn = await steps.verify(asked, newCode);
    expect(signedIn.body.user.telegramUserId).toBe(heir.account.id);
  });

  test("ends up with one of two who claim it at once, and both have an account", async () => {
    const [one, other] = [somebody(), somebody()];
    const claim = async (account: typeof one.account) => {
      const asked = await steps.request({ link: true });
      await steps.open(asked, account);
      return () => steps.shareContact(account, one.phone);
    };
    const claims = [await claim(one.account), await claim(other.account)];
    const outcomes = await Promise.all(claims.map((share) => share()));
    expect(outcomes.map(({ body }) => body.outcome)).toEqual(["code-sent", "code-sent"]);
    const { rows } = await harness.database.db.execute<{ phone: string | null }>(
      `select phone from app_user where telegram_user_id in (${one.account.id}, ${other.account.id})`,
    );
    expect(rows.map(({ phone }) => phone).sort()).toEqual([one.phone, null]);
  });

  test("leaves one account when the same contact comes many times at once", async () => {
    const { account, phone } = somebody();
    const asked = await steps.request({ phone });
    await steps.open(asked, account);
    await Promise.all(Array.from({ length: 6 }, () => steps.shareContact(account, phone)));
    const { rows } = await harness.database.db.execute(
      `select version from app_user where telegram_user_id = ${account.id}`,
    );
    expect(rows).toEqual([{ version: 1 }]);
  });
});
