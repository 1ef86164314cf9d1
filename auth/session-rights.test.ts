import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { decodeJwt } from "jose";
import { isKioskError } from "../shared/kernel/errors.ts";
import { newId } from "../shared/kernel/ids.ts";
import { createSecrets } from "./credentials/secrets.ts";
import { createStores, createTransact } from "./store/stores.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";
import { changeStanding } from "./usecases/change-standing.ts";
import { deleteUser } from "./usecases/delete-user.ts";

const ADMIN_PHONES = ["+4915155510001", "+4915155510002", "+4915155510003"];

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth({ environment: { ADMIN_PHONES: ADMIN_PHONES.join() } });
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

let people = 8_100;
const signUp = async (phone = `+4915500${people}`) => {
  people += 1;
  const { body } = await steps.signUp(personOf(people), phone);
  return body as { accessToken: string; refreshToken: string; user: { id: string } };
};
const users = (token: string) => harness.call("GET", "/v1/users?limit=1", { token });
const me = (token: string) => harness.call("GET", "/v1/users/me", { token });

/** Changes what is stored behind everybody's back: nothing is revoked, nothing is announced. */
const quietly = (change: ReturnType<typeof sql>) => harness.database.db.execute(change);

const deps = () => {
  const { database, clock, config } = harness;
  const accessTtlSeconds = config.ACCESS_TOKEN_TTL_SECONDS;
  const context = { newId, currentRequest: () => undefined, accessTtlSeconds };
  return {
    ...{ clock, accessTtlSeconds, stores: createStores(database.db, context) },
    transact: createTransact(database, context),
    announceRevoked: async () => undefined,
    ...{ newId, secrets: createSecrets(), wakeErasures: () => undefined },
  };
};

describe("auth-23: an admin's rights", () => {
  test("are read again on each call: a token that says more than the account has no more rights than it", async () => {
    const { accessToken, user } = await signUp(ADMIN_PHONES[0]);
    expect((await users(accessToken)).status).toBe(200);
    await quietly(sql`update app_user set role = 'staff' where id = ${user.id}`);
    expect((await users(accessToken)).status).toBe(403);
    await quietly(sql`update app_user set role = 'admin' where id = ${user.id}`);
    expect((await users(accessToken)).status).toBe(200);
    await quietly(sql`update app_user set status = 'blocked' where id = ${user.id}`);
    expect((await users(accessToken)).status).toBe(401);
    await quietly(sql`update app_user set status = 'active' where id = ${user.id}`);
    await quietly(
      sql`update session set revoked_at = now(), revoke_reason = 'admin' where id = ${String(decodeJwt(accessToken).sid)}`,
    );
    expect((await users(accessToken)).status).toBe(401);
  });

  test("end with the act of another: of two who take each other's at once exactly one succeeds", async () => {
    const [one, other] = [await signUp(ADMIN_PHONES[1]), await signUp(ADMIN_PHONES[2])];
    const demote = (userId: string, actorId: string) =>
      changeStanding(deps())({ userId, actorId, change: { role: "customer" } }).then(
        () => "done",
        (error: unknown) => (isKioskError(error) ? error.code : error),
      );
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.all([
        demote(one.user.id, other.user.id),
        demote(other.user.id, one.user.id),
      ]);
      expect(outcomes.toSorted()).toEqual(["FORBIDDEN", "done"]);
      await quietly(sql`update app_user set role = 'admin' where id in (${one.user.id}, ${other.user.id})`);
    }
  });

  test("are not what a token of before says: who is no admin any more changes and deletes nobody", async () => {
    const [former, victim] = [await signUp(), await signUp()];
    const act = { userId: victim.user.id, actorId: former.user.id };
    const acts = [
      () => changeStanding(deps())({ ...act, change: { status: "blocked" } }),
      () => deleteUser(deps())(act),
    ];
    for (const attempt of acts)
      expect(await attempt().catch((error: unknown) => isKioskError(error, "FORBIDDEN"))).toBe(true);
    expect((await me(victim.accessToken)).status).toBe(200);
  });

  test("that are lost take every session along; those that are gained wait for the next token", async () => {
    const [admin, person] = [await signUp(ADMIN_PHONES[0]), await signUp()];
    await quietly(sql`update app_user set role = 'admin' where id = ${admin.user.id}`);
    const change = (role: "customer" | "staff") =>
      changeStanding(deps())({ userId: person.user.id, actorId: admin.user.id, change: { role } });
    await change("staff");
    const pair = (
      await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken: person.refreshToken } })
    ).body;
    expect(decodeJwt(pair.accessToken).role).toBe("staff");
    await change("customer");
    const again = await harness.call("POST", "/v1/auth/refresh", {
      body: { refreshToken: pair.refreshToken },
    });
    expect(again.status).toBe(401);
  });
});

describe("auth-13: an account has one chat", () => {
  test("and a chat one account, also where the phone goes to another chat: no session and no code goes with it", async () => {
    const phone = `+4915500${people}`;
    const first = await signUp(phone);
    const heir = personOf(people + 1_000);
    const second = (await steps.signUp(heir, phone)).body;
    expect(second.user.id).not.toBe(first.user.id);
    const { rows } = await harness.database.db.execute<{ accounts: number; chats: number }>(
      sql`select count(*)::int as accounts, count(distinct telegram_user_id)::int as chats from app_user`,
    );
    expect(rows[0]?.chats).toBe(rows[0]?.accounts ?? 0);
    const sessions = async (token: string) =>
      (await harness.call("GET", "/v1/users/me/sessions", { token })).body.items.length;
    expect([await sessions(first.accessToken), await sessions(second.accessToken)]).toEqual([1, 1]);
    const asked = await steps.request({ phone });
    await steps.codeFor(asked);
    expect(steps.codesFor(asked).map(({ chatId }) => chatId)).toEqual([heir.id]);
  });
});
