import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { decodeJwt } from "jose";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";
import { signInitData, signWidget } from "./testing/telegram-signer.ts";

const ADMIN_PHONE = "+4915155530000";
const ROOT = personOf(6_700, "Root");
const USERNAME = "root.of.the.shop";
const PASSWORD = "correct horse battery staple";
const WEBAPP_KEY = Buffer.alloc(32, 7);
const WIDGET_KEY = Buffer.alloc(32, 9);

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth({
    environment: {
      ADMIN_PHONES: ADMIN_PHONE,
      PASSWORD_LOGIN: "on",
      AUTH_TELEGRAM_WIDGET: "on",
      TELEGRAM_WEBAPP_KEY: WEBAPP_KEY.toString("hex"),
      TELEGRAM_WIDGET_KEY: WIDGET_KEY.toString("hex"),
    },
  });
  steps = stepsOf(harness);
  const { accessToken: token } = (await steps.signUp(ROOT, ADMIN_PHONE)).body;
  await harness.call("PATCH", "/v1/users/me", { token, body: { username: USERNAME } });
  const proved = (await steps.stepUp(token, "password.set")).body.accessToken;
  await harness.call("PUT", "/v1/users/me/password", { token: proved, body: { password: PASSWORD } });
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

interface Pair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Data that are signed in the same second are the same data, which a widget's may be once. */
let ageSeconds = 0;
const authDate = () => Math.floor(harness.clock.now().getTime() / 1_000) - (ageSeconds++ % 200);
/** The ways in that are no code from the chat. */
const ways: Readonly<Record<string, () => [path: string, body: object]>> = {
  "a password": () => ["/v1/auth/login", { username: USERNAME, password: PASSWORD }],
  "a Mini App": () => {
    const user = JSON.stringify({ id: ROOT.id, first_name: "Root" });
    return [
      "/v1/auth/telegram/miniapp",
      { initData: signInitData({ user, auth_date: authDate() }, WEBAPP_KEY) },
    ];
  },
  "the login widget": () => {
    const fields = { id: ROOT.id, first_name: "Root", auth_date: authDate() };
    return ["/v1/auth/telegram/widget", signWidget(fields, WIDGET_KEY)];
  },
};
const signInBy = async (way: keyof typeof ways): Promise<Pair> => {
  const [path, body] = ways[way]?.() ?? ["", {}];
  const signedIn = await harness.call("POST", path, { body });
  expect([way, signedIn.status, signedIn.body.user.role]).toEqual([way, 200, "admin"]);
  return signedIn.body;
};
const users = (token: string) => harness.call("GET", "/v1/users?limit=1", { token });
const outbox = (token: string) => harness.call("GET", "/v1/ops/outbox", { token });
const refresh = async ({ refreshToken }: Pick<Pair, "refreshToken">): Promise<Pair> =>
  (await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } })).body;

const refusal = { code: "STEP_UP_REQUIRED", action: "admin.sign-in" };

describe("auth-22: an admin who signs in", () => {
  for (const way of Object.keys(ways)) {
    test(`by ${way} acts as staff until a fresh code for it is typed in, in that session and from then on`, async () => {
      const pair = await signInBy(way);
      const refused = await users(pair.accessToken);
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject(refusal);
      expect((await outbox(pair.accessToken)).status).toBe(200);
      const next = await refresh(pair);
      expect((await users(next.accessToken)).body).toMatchObject(refusal);

      const asked = await steps.requestStepUp(next.accessToken, "admin.sign-in");
      const code = await steps.codeFor(asked);
      expect(steps.codesFor(asked)).toMatchObject([{ purpose: "step-up:admin.sign-in", chatId: ROOT.id }]);
      const proved = await steps.verify(asked, code, steps.bearer(next.accessToken));
      expect((await users(proved.body.accessToken)).status).toBe(200);
      expect((await users((await refresh(next)).accessToken)).status).toBe(200);
      // The token of before says what it said, and so does every other session.
      expect((await users(next.accessToken)).body).toMatchObject(refusal);
      expect((await users((await signInBy(way)).accessToken)).body).toMatchObject(refusal);
    });
  }

  test("by a code from the chat has just typed one, and is an admin at once", async () => {
    const { body } = await steps.signIn(ADMIN_PHONE);
    expect((await users(body.accessToken)).status).toBe(200);
    expect((await users((await refresh(body)).accessToken)).status).toBe(200);
  });

  test("does not begin an admin's rights by a code for something else: not of a sign-in, not for the own password", async () => {
    const pair = await signInBy("a password");
    const own = await steps.stepUp(pair.accessToken, "password.set");
    expect(own.status).toBe(200);
    expect((await users(own.body.accessToken)).body).toMatchObject(refusal);
    const login = await steps.request({ phone: ADMIN_PHONE });
    await steps.verify(login, await steps.codeFor(login), steps.bearer(pair.accessToken));
    expect((await users((await refresh(pair)).accessToken)).body).toMatchObject(refusal);
  });

  test("begins them by a code that none but an admin gets as well: one more would say nothing more", async () => {
    const { accessToken } = await signInBy("a password");
    const proved = (await steps.stepUp(accessToken, "users.manage")).body.accessToken;
    expect((await users(proved)).status).toBe(200);
    const path = `/v1/users/${crypto.randomUUID()}`;
    expect((await harness.call("PATCH", path, { token: proved, body: { role: "staff" } })).status).toBe(404);
  });

  test("is shown to outsiders as what the session may do", async () => {
    const { accessToken } = await signInBy("a password");
    expect(decodeJwt(accessToken)).toMatchObject({ role: "staff", withheld: "admin" });
    const shown = await harness.call("POST", "/v1/auth/verify", { body: { token: accessToken } });
    expect(shown.body).toMatchObject({ valid: true, role: "staff" });
  });

  test("has no rights that no code has begun, though the role came while the session was there", async () => {
    const person = personOf(6_702);
    const { user } = (await steps.signUp(person, "+4915155530002")).body;
    const setRole = (role: string) =>
      harness.database.db.execute(sql`update app_user set role = ${role} where id = ${user.id}`);
    for (const before of ["customer", "staff"]) {
      await setRole(before);
      const data = { user: JSON.stringify({ id: person.id, first_name: "Ada" }), auth_date: authDate() };
      const body = { initData: signInitData(data, WEBAPP_KEY) };
      const { accessToken } = (await harness.call("POST", "/v1/auth/telegram/miniapp", { body })).body;
      await setRole("admin");
      const seen = await users(accessToken);
      expect([before, seen.status, seen.body.code]).toEqual([
        ...[before, 403, before === "staff" ? "STEP_UP_REQUIRED" : "FORBIDDEN"],
      ]);
      const shown = await harness.call("POST", "/v1/auth/verify", { body: { token: accessToken } });
      expect(shown.body).toMatchObject({ valid: true, role: "staff" });
    }
  });

  test("and who is none does not begin it: the code is an admin's, also when it was asked for before", async () => {
    const person = (await steps.signUp(personOf(6_701), "+4915155530001")).body;
    expect((await steps.requestStepUp(person.accessToken, "admin.sign-in")).status).toBe(403);
    const setRole = (role: string) =>
      harness.database.db.execute(
        sql`update app_user set role = ${role} where telegram_user_id = ${ROOT.id}`,
      );
    const { accessToken } = await signInBy("a password");
    const asked = await steps.requestStepUp(accessToken, "admin.sign-in");
    const code = await steps.codeFor(asked);
    await setRole("staff");
    const refused = await steps.verify(asked, code, steps.bearer(accessToken));
    await setRole("admin");
    expect(refused.body.code).toBe("OTP_INVALID");
    expect((await users(accessToken)).body).toMatchObject(refusal);
  });
});
