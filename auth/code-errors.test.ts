import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  type Answer,
  type AuthHarness,
  personOf,
  SET_UP_TIMEOUT_MS,
  startAuth,
} from "./testing/auth-harness.ts";
import { otherThan, stepsOf } from "./testing/sign-in.ts";

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth();
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

/** Tests share the service, not the people. */
let people = 2_000;
const somebody = async () => {
  people += 1;
  const [account, phone] = [personOf(people), `+4915200${people}`];
  await steps.signUp(account, phone);
  return { account, phone };
};
/** Somebody who has asked for a code and got it. */
const asking = async () => {
  const person = await somebody();
  const asked = await steps.request({ phone: person.phone });
  return { ...person, asked, code: await steps.codeFor(asked) };
};
const verify = (body: unknown) => harness.call("POST", "/v1/auth/otp/verify", { body });
/** All that tells one refusal from another. */
const shown = ({ status, headers, body: { requestId: _, ...problem } }: Answer) => ({
  ...{ status, problem, retryAfter: headers.get("retry-after") },
});

describe("auth-2: the secret of a challenge", () => {
  test("is 256 random bits, told once, and kept as SHA-256 alone", async () => {
    const { asked } = await asking();
    const { challengeId, challengeSecret } = asked.body;
    expect(Buffer.from(challengeSecret, "base64url")).toHaveLength(32);
    expect((await steps.request({ link: true })).body.challengeSecret).not.toBe(challengeSecret);
    harness.clock.advance(60_000);
    const body = { challengeId, challengeSecret };
    const again = await harness.call("POST", "/v1/auth/otp/resend", { body });
    expect(Object.keys(again.body).toSorted()).toEqual(["challengeId", "expiresAt", "resendAfter"]);
    const { rows } = await harness.database.db.execute<{ kept: string; dump: string }>(
      `select secret_hash as kept, c::text as dump from challenge c where id = '${challengeId}'`,
    );
    expect(rows[0]?.kept).toBe(createHash("sha256").update(challengeSecret).digest("base64url"));
    expect(rows[0]?.dump).not.toContain(challengeSecret);
  });
});

describe("auth-2, auth-8: one error for every way to be wrong", () => {
  test("a wrong code, another challenge's, a used one, one without its secret, one that ended: nobody sees which", async () => {
    const [own, others, used, denied, late] = [
      await asking(),
      await asking(),
      await asking(),
      await asking(),
      await asking(),
    ];
    expect((await steps.verify(used.asked, used.code)).status).toBe(200);
    const path = `/internal/challenges/${denied.asked.body.challengeId}/deny`;
    await harness.internal("POST", path, { telegramUserId: denied.account.id });
    const { challengeId, challengeSecret } = own.asked.body;
    const answers = [
      await verify({ challengeId, challengeSecret, code: otherThan(own.code) }),
      await verify({ challengeId, challengeSecret, code: others.code }),
      await verify({ challengeId, challengeSecret: "x".repeat(43), code: own.code }),
      await verify({ challengeId, challengeSecret: "", code: own.code }),
      await verify({ challengeId, code: own.code }),
      await verify({ challengeId, challengeSecret: others.asked.body.challengeSecret, code: own.code }),
      await verify({ challengeId: crypto.randomUUID(), challengeSecret, code: own.code }),
      await verify({ challengeId, challengeSecret, code: "" }),
      await verify({ challengeId, challengeSecret, code: "abcdef" }),
      await steps.verify(used.asked, used.code),
      await steps.verify(denied.asked, denied.code),
    ];
    expect((await steps.verify(own.asked, own.code)).status).toBe(200);
    harness.clock.advance(301_000);
    answers.push(await steps.verify(late.asked, late.code));
    const seen = answers.map((answer) => JSON.stringify(shown(answer)));
    expect([...new Set(seen)]).toHaveLength(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: "OTP_INVALID" } });
  });

  test("there are two more, and both say when to come back", async () => {
    const { asked, code } = await asking();
    const { challengeId, challengeSecret } = asked.body;
    const soon = await harness.call("POST", "/v1/auth/otp/resend", {
      body: { challengeId, challengeSecret },
    });
    for (let n = 0; n < 5; n += 1) await steps.verify(asked, otherThan(code));
    const burnt = await steps.verify(asked, code);
    const seen = [soon, burnt].map(({ status, body, headers }) => [
      ...[status, body.code, Number(headers.get("retry-after")) > 0],
    ]);
    expect(seen).toEqual([
      [429, "TRY_LATER", true],
      [429, "OTP_TOO_MANY", true],
    ]);
  });
});

describe("auth-6: attempts", () => {
  test("five wrong codes close the challenge, also for the right one, and for those who come at once", async () => {
    const { asked, code } = await asking();
    const wrong = await Promise.all(Array.from({ length: 12 }, () => steps.verify(asked, otherThan(code))));
    expect(wrong.map(({ status }) => status).toSorted()).toEqual([
      ...Array(5).fill(401),
      ...Array(7).fill(429),
    ]);
    const burnt = await steps.verify(asked, code);
    expect(burnt.status).toBe(429);
    expect(burnt.body.code).toBe("OTP_TOO_MANY");
    expect(burnt.headers.get("retry-after")).toBe("60");
  });

  test("the first malformed code is forgiven, the next ones count", async () => {
    const { asked, code } = await asking();
    for (let n = 0; n < 6; n += 1) expect((await steps.verify(asked, "12 345")).status).toBe(401);
    expect((await steps.verify(asked, code)).status).toBe(429);
  });
});
