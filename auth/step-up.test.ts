import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { STEP_UP_MAX_AGE_SECONDS } from "../shared/contracts/step-up.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { otherThan, stepsOf } from "./testing/sign-in.ts";

const ADMIN_PHONE = "+4915155500000";
const ROOT = personOf(1, "Root");

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth({ environment: { ADMIN_PHONES: ADMIN_PHONE } });
  steps = stepsOf(harness);
  await steps.signUp(ROOT, ADMIN_PHONE);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

let people = 8_000;
const customer = async () => {
  people += 1;
  const phone = `+4915400${people}`;
  return { phone, ...(await steps.signUp(personOf(people), phone)).body };
};
const adminToken = async (): Promise<string> => (await steps.signIn(ADMIN_PHONE)).body.accessToken;
const makeStaff = (token: string, id: string) =>
  harness.call("PATCH", `/v1/users/${id}`, { token, body: { role: "staff" } });
const remove = (token: string, id: string) => harness.call("DELETE", `/v1/users/${id}`, { token });

describe("auth-22: a risky call", () => {
  test("wants a fresh code, and says which one and how to get it", async () => {
    const { user } = await customer();
    const token = await adminToken();
    for (const [refused, action] of [
      [await makeStaff(token, user.id), "users.manage"],
      [await remove(token, user.id), "users.erase"],
    ] as const) {
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({ code: "STEP_UP_REQUIRED", action, maxAgeSeconds: 300 });
      expect(refused.body.detail).toContain(`{"purpose":"step-up","action":"${action}"}`);
    }
  });

  test("is done with the proof, which is for the same session and leaves its refresh token alone", async () => {
    const { user } = await customer();
    const signedIn = (await steps.signIn(ADMIN_PHONE)).body;
    const proved = await steps.stepUp(signedIn.accessToken, "users.manage");
    expect(proved.status).toBe(200);
    expect(proved.body).toMatchObject({
      tokenType: "Bearer",
      expiresIn: 900,
      stepUp: { action: "users.manage" },
    });
    expect(proved.body).not.toHaveProperty("refreshToken");
    const sessionOf = async (token: string) => (await harness.verifier.verify(token)).sessionId;
    expect(await sessionOf(proved.body.accessToken)).toBe(await sessionOf(signedIn.accessToken));
    expect((await makeStaff(proved.body.accessToken, user.id)).body.role).toBe("staff");
    // The token before is as it was, and a refresh gives none with a proof.
    expect((await makeStaff(signedIn.accessToken, user.id)).body.code).toBe("STEP_UP_REQUIRED");
    const { refreshToken } = signedIn;
    const pair = await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } });
    expect((await makeStaff(pair.body.accessToken, user.id)).body.code).toBe("STEP_UP_REQUIRED");
  });

  test("is named in the message, and a code for one action is for no other", async () => {
    const { user } = await customer();
    const token = await adminToken();
    const asked = await steps.requestStepUp(token, "users.erase");
    const code = await steps.codeFor(asked);
    expect(steps.codesFor(asked)).toMatchObject([{ purpose: "step-up:users.erase", chatId: ROOT.id }]);
    const proved = (await steps.verify(asked, code, steps.bearer(token))).body.accessToken;
    expect((await makeStaff(proved, user.id)).body.code).toBe("STEP_UP_REQUIRED");
    expect((await remove(proved, user.id)).status).toBe(202);
  });

  test("wants the code to be five minutes old at most", async () => {
    const { user } = await customer();
    const { accessToken } = (await steps.stepUp(await adminToken())).body;
    harness.clock.advance(STEP_UP_MAX_AGE_SECONDS * 1000);
    expect((await makeStaff(accessToken, user.id)).status).toBe(200);
    harness.clock.advance(1_000);
    expect((await remove(accessToken, user.id)).body.code).toBe("STEP_UP_REQUIRED");
    expect((await harness.call("GET", "/v1/users", { token: accessToken })).status).toBe(200);
  });

  test("is still refused to who has no right to it, whatever was proved", async () => {
    const { user, accessToken } = await customer();
    expect((await steps.requestStepUp(accessToken)).status).toBe(403);
    expect((await steps.requestStepUp(accessToken, "users.manage")).status).toBe(403);
    const own = await steps.stepUp(accessToken, "password.set");
    expect(own.status).toBe(200);
    expect((await makeStaff(own.body.accessToken, user.id)).body.code).toBe("FORBIDDEN");
  });
});

describe("auth-22: a code", () => {
  test("of a sign-in is no proof, and one of a step-up signs nobody in", async () => {
    const token = await adminToken();
    const login = await steps.request({ phone: ADMIN_PHONE });
    const signedIn = await steps.verify(login, await steps.codeFor(login), steps.bearer(token));
    expect(signedIn.body).toHaveProperty("refreshToken");
    expect((await makeStaff(signedIn.body.accessToken, crypto.randomUUID())).body.code).toBe(
      "STEP_UP_REQUIRED",
    );
    const asked = await steps.requestStepUp(token);
    const stranger = await steps.verify(asked, await steps.codeFor(asked));
    expect(stranger.body.code).toBe("OTP_INVALID");
  });

  test("is good in the session that asked alone", async () => {
    const [one, other] = [await adminToken(), await adminToken()];
    const asked = await steps.requestStepUp(one);
    const code = await steps.codeFor(asked);
    expect((await steps.verify(asked, code, steps.bearer(other))).body.code).toBe("OTP_INVALID");
    expect((await steps.verify(asked, code, steps.bearer((await customer()).accessToken))).status).toBe(401);
    expect((await steps.verify(asked, code, steps.bearer(one))).status).toBe(200);
    expect((await steps.verify(asked, code, steps.bearer(one))).body.code).toBe("OTP_INVALID");
  });

  test("gives one proof to those who show it at once", async () => {
    const token = await adminToken();
    const asked = await steps.requestStepUp(token);
    const code = await steps.codeFor(asked);
    const guesses = [otherThan(code), ...Array.from({ length: 4 }, () => code)];
    const answers = await Promise.all(
      guesses.map((guess) => steps.verify(asked, guess, steps.bearer(token))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("goes to the own chat alone: nobody else opens its link, and a contact binds nothing by it", async () => {
    const token = await adminToken();
    const asked = await steps.requestStepUp(token);
    await steps.codeFor(asked);
    const stranger = personOf(8_999, "Mallory");
    expect((await steps.open(asked, stranger)).body.outcome).toBe("taken");
    expect((await steps.open(asked, ROOT)).body.outcome).toBe("code-sent");
    expect((await steps.shareContact(ROOT, "+4915409999999")).body.outcome).toBe("nothing-pending");
    expect(steps.codesFor(asked).every(({ chatId }) => chatId === ROOT.id)).toBe(true);
  });

  test("that the person did not ask for ends the session that did: “Not me”", async () => {
    const { accessToken: token, user } = await customer();
    const asked = await steps.requestStepUp(token, "password.set");
    const code = await steps.codeFor(asked);
    const path = `/internal/challenges/${asked.body.challengeId}/deny`;
    const { telegramUserId } = user;
    expect((await harness.internal("POST", path, { telegramUserId })).body.outcome).toBe("denied");
    expect((await steps.verify(asked, code, steps.bearer(token))).status).toBe(401);
    expect((await harness.call("GET", "/v1/users/me", { token })).status).toBe(401);
  });

  test("gives no proof once the session or the right is gone", async () => {
    const { phone, user } = await customer();
    const root = (await steps.stepUp(await adminToken())).body.accessToken;
    await harness.call("PATCH", `/v1/users/${user.id}`, { token: root, body: { role: "admin" } });
    const second = (await steps.signIn(phone)).body.accessToken;
    const asked = await steps.requestStepUp(second);
    const code = await steps.codeFor(asked);
    await harness.call("PATCH", `/v1/users/${user.id}`, { token: root, body: { role: "staff" } });
    expect((await steps.verify(asked, code, steps.bearer(second))).status).toBe(401);
    const again = (await steps.signIn(phone)).body.accessToken;
    expect((await steps.verify(asked, code, steps.bearer(again))).body.code).toBe("OTP_INVALID");
  });

  test("is for who is signed in, and for actions that there are", async () => {
    expect((await steps.request({ purpose: "step-up" })).status).toBe(401);
    expect((await steps.requestStepUp(await adminToken(), "orders.read")).status).toBe(422);
    expect((await steps.request({ phone: ADMIN_PHONE, purpose: "step-up" })).status).toBe(422);
  });
});

test("auth-24: a step-up is written down, with what it was for", async () => {
  const token = await adminToken();
  const { accessToken, user } = (await steps.stepUp(token, "users.erase")).body;
  const list = await harness.call("GET", "/v1/audit?kind=stepped-up&limit=1", { token: accessToken });
  expect(list.body.items).toMatchObject([{ kind: "stepped-up", userId: user.id, detail: "users.erase" }]);
});
