import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { fresh, ON, OTHER, PASSWORD, passwordsOf } from "./testing/passwords.ts";
import { stepsOf } from "./testing/sign-in.ts";

let harness: AuthHarness;
let passwords: ReturnType<typeof passwordsOf>;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth({ environment: ON });
  passwords = passwordsOf(harness);
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);
const open = closedAfterEach(startAuth);

const setPassword = (token: string, body: unknown) =>
  harness.call("PUT", "/v1/users/me/password", { token, body });

describe("sign-in by password", () => {
  test("is not there unless it is switched on", async () => {
    const off = await open();
    const { accessToken } = (await stepsOf(off).signUp(personOf(4), "+4915400990000")).body;
    expect((await passwordsOf(off).post("register", fresh())).status).toBe(404);
    expect((await passwordsOf(off).post("login", { username: "ada", password: PASSWORD })).status).toBe(404);
    const path = "/v1/users/me/password";
    expect((await off.call("PUT", path, { token: accessToken, body: { password: PASSWORD } })).status).toBe(
      404,
    );
  });

  test("begins with a registration, which makes an account without phone or chat and tells of it", async () => {
    const { user, accessToken, username, email } = await passwords.registered();
    expect(user).toMatchObject({
      username,
      email,
      phone: null,
      telegramUserId: null,
      role: "customer",
      version: 1,
    });
    expect((await harness.call("GET", "/v1/users/me", { token: accessToken })).body.id).toBe(user.id);
    const { rows } = await harness.database.db.execute<{ type: string }>(
      `select event->>'type' as type from outbox where aggregate = '${user.id}'`,
    );
    expect(rows).toEqual([{ type: "user.created" }]);
  });

  test("works by username and by e-mail address, whatever their case", async () => {
    const { username, email, user } = await passwords.registered();
    for (const name of [{ username: username.toUpperCase() }, { email: email.toLowerCase() }]) {
      const answer = await passwords.post("login", { ...name, password: PASSWORD });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ tokenType: "Bearer", user: { id: user.id } });
    }
  });

  test("takes the same password however it is composed", async () => {
    const who = { ...fresh(), password: "caf\u00e9 in the rain, twice" };
    expect((await passwords.post("register", who)).status).toBe(201);
    const composed = { username: who.username, password: "cafe\u0301 in the rain, twice" };
    expect((await passwords.post("login", composed)).status).toBe(200);
  });

  test("refuses names that are taken, whatever their case, and keeps nothing of the attempt", async () => {
    const { username, email } = await passwords.registered();
    for (const taken of [
      { ...fresh(), username: username.toUpperCase() },
      { ...fresh(), email: email.toUpperCase() },
    ]) {
      const answer = await passwords.post("register", taken);
      expect([answer.status, answer.body.code]).toEqual([409, "CONFLICT"]);
    }
    const { accessToken } = await passwords.registered();
    const stolen = await harness.call("PATCH", "/v1/users/me", { token: accessToken, body: { email } });
    expect(stolen.status).toBe(409);
  });

  test("refuses what is no username, no address or no good password", async () => {
    for (const change of [
      { username: "ab" },
      { username: "a@b.example" },
      { username: "x".repeat(33) },
      { email: "nobody" },
      { password: "short" },
      { password: "password1234" },
      { password: "at the corner shop 9" },
      { password: "x".repeat(1_025) },
      { role: "admin" },
    ])
      expect((await passwords.post("register", { ...fresh(), ...change })).status).toBe(422);
    const own = fresh();
    const answer = await passwords.post("register", { ...own, password: `${own.username}-1906` });
    expect(answer.body.errors).toMatchObject([{ pointer: "/body/password" }]);
    expect(JSON.stringify(answer.body)).not.toContain("-1906");
  });

  test("says the same to an unknown name, a wrong password, an account without one and one that is blocked", async () => {
    const known = await passwords.registered();
    const blocked = await passwords.registered();
    await harness.database.db.execute(
      `update app_user set status = 'blocked' where id = '${blocked.user.id}'`,
    );
    const { accessToken } = (await steps.signUp(personOf(5), "+4915400990001")).body;
    await harness.call("PATCH", "/v1/users/me", { token: accessToken, body: { username: "by.code" } });
    const answers = await Promise.all([
      passwords.post("login", { username: "nobody.at.all", password: PASSWORD }),
      passwords.post("login", { email: "nobody@example.org", password: PASSWORD }),
      passwords.post("login", { username: known.username, password: OTHER }),
      passwords.post("login", { username: "by.code", password: PASSWORD }),
      passwords.post("login", { username: blocked.username, password: PASSWORD }),
    ]);
    const shown = answers.map(({ status, body }) => JSON.stringify({ status, ...body, requestId: "" }));
    expect(new Set(shown).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  });

  test("keeps no password anywhere: argon2id in the database, nothing in logs, events or errors", async () => {
    const { username, user } = await passwords.registered();
    await passwords.post("login", { username, password: OTHER });
    const { rows } = await harness.database.db.execute<{ hash: string }>(
      `select hash from user_password where user_id = '${user.id}'`,
    );
    expect(rows[0]?.hash).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
    const tables = ["outbox", "audit_event", "app_user", "user_password"];
    const dumps = await Promise.all(
      tables.map(async (table) => (await harness.database.db.execute(`select * from ${table}`)).rows),
    );
    const everything = JSON.stringify([dumps, harness.log.lines]);
    for (const secret of [PASSWORD, OTHER]) expect(everything).not.toContain(secret);
  });

  test("hashes a password anew whose parameters are of yesterday", async () => {
    const { username, user } = await passwords.registered();
    const old = await Bun.password.hash(PASSWORD, { algorithm: "argon2id", memoryCost: 8_192, timeCost: 1 });
    await harness.database.db.execute(
      `update user_password set hash = '${old}' where user_id = '${user.id}'`,
    );
    expect((await passwords.post("login", { username, password: PASSWORD })).status).toBe(200);
    const isNew = async () => {
      const { rows } = await harness.database.db.execute<{ hash: string }>(
        `select hash from user_password where user_id = '${user.id}'`,
      );
      return rows[0]?.hash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    };
    await waitFor(isNew, { what: "the new hash" });
    expect((await passwords.post("login", { username, password: PASSWORD })).status).toBe(200);
  });
});

describe("a password", () => {
  test("is changed with the one before, and every other session ends", async () => {
    const { accessToken, refreshToken, username } = await passwords.registered();
    const other = (await passwords.post("login", { username, password: PASSWORD })).body;
    expect(
      (await setPassword(accessToken, { password: OTHER, currentPassword: "not the one before" })).status,
    ).toBe(401);
    expect((await setPassword(accessToken, { password: OTHER, currentPassword: PASSWORD })).status).toBe(204);
    expect((await harness.call("GET", "/v1/users/me", { token: other.accessToken })).status).toBe(401);
    expect((await passwords.post("refresh", { refreshToken: other.refreshToken })).status).toBe(401);
    expect((await harness.call("GET", "/v1/users/me", { token: accessToken })).status).toBe(200);
    expect((await passwords.post("refresh", { refreshToken })).status).toBe(200);
    expect((await passwords.post("login", { username, password: PASSWORD })).status).toBe(401);
    expect((await passwords.post("login", { username, password: OTHER })).status).toBe(200);
  });

  test("is set by who has the chat, with a fresh code for it and not without", async () => {
    const { accessToken } = (await steps.signUp(personOf(6), "+4915400990002")).body;
    expect((await setPassword(accessToken, { password: PASSWORD })).body.code).toBe("CONFLICT");
    await harness.call("PATCH", "/v1/users/me", { token: accessToken, body: { username: "with.chat" } });
    const refused = await setPassword(accessToken, { password: PASSWORD });
    expect(refused.body).toMatchObject({ code: "STEP_UP_REQUIRED", action: "password.set" });
    const { body } = await steps.stepUp(accessToken, "password.set");
    expect((await setPassword(body.accessToken, { password: "password1234" })).status).toBe(422);
    expect((await setPassword(body.accessToken, { password: PASSWORD })).status).toBe(204);
    expect((await passwords.post("login", { username: "with.chat", password: PASSWORD })).status).toBe(200);
  });

  test("auth-22: is no fresh code: an admin who signs in by it still has to type one", async () => {
    const { user, username } = await passwords.registered();
    await harness.database.db.execute(`update app_user set role = 'admin' where id = '${user.id}'`);
    const { accessToken } = (await passwords.post("login", { username, password: PASSWORD })).body;
    const path = `/v1/users/${crypto.randomUUID()}`;
    const refused = await harness.call("DELETE", path, { token: accessToken });
    expect(refused.body).toMatchObject({ code: "STEP_UP_REQUIRED" });
    // Nor is there a chat that one could be sent to.
    expect((await steps.requestStepUp(accessToken)).body.code).toBe("CONFLICT");
  });

  test("goes with its account", async () => {
    const { user, accessToken } = await passwords.registered();
    const body = { confirm: "erase" };
    expect((await harness.call("DELETE", "/v1/users/me", { token: accessToken, body })).status).toBeLessThan(
      300,
    );
    const { rows } = await harness.database.db.execute(
      `select 1 from user_password where user_id = '${user.id}'`,
    );
    expect(rows).toEqual([]);
  });

  test("auth-24: every outcome is written down", async () => {
    const { username, accessToken, user } = await passwords.registered();
    await passwords.post("login", { username, password: OTHER });
    await setPassword(accessToken, { password: OTHER, currentPassword: PASSWORD });
    const { rows } = await harness.database.db.execute<{ kind: string; detail: string | null }>(
      `select kind, detail from audit_event where user_id = '${user.id}' order by id`,
    );
    expect(rows.map(({ kind, detail }) => [kind, detail])).toEqual([
      ["user-created", "password"],
      ["signed-in", "password"],
      ["password-refused", null],
      ["password-set", null],
    ]);
  });
});
