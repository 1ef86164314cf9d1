import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import {
  type Answer,
  type AuthHarness,
  personOf,
  SET_UP_TIMEOUT_MS,
  startAuth,
} from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";

const ADMIN_PHONE = "+12025550199";

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth({ environment: { ADMIN_PHONES: ADMIN_PHONE } });
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close());

let nextId = 5_000;
const customer = async () => {
  const id = nextId++;
  const account = personOf(id);
  const phone = `+1202555${id}`;
  const { user, accessToken } = (await steps.signUp(account, phone)).body;
  return { account, user, accessToken };
};
const act = (telegramUserId: number, rights: "own" | "full" = "own"): Promise<Answer> =>
  harness.internal("POST", "/internal/telegram/act", { telegramUserId, rights });
const me = (token: string) => harness.call("GET", "/v1/users/me", { token });
const sessionsOf = async (userId: string) => {
  const { rows } = await harness.database.db.execute<{ n: number }>(
    sql`select count(*)::int as n from session where user_id = ${userId}::uuid and revoked_at is null`,
  );
  return rows[0]?.n;
};
const audited = async (telegramUserId: number) => {
  const { rows } = await harness.database.db.execute<{ kind: string; detail: string }>(
    sql`select kind, detail from audit_event where telegram_user_id = ${telegramUserId} and kind = 'sign-in-refused'`,
  );
  return rows;
};

describe("acting in the chat", () => {
  test("gives a token of half a minute in the person's name, which is no session of theirs", async () => {
    const { account, user } = await customer();
    const { status, body, headers } = await act(account.id);
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(body).toMatchObject({ outcome: "acting", userId: user.id, role: "customer", language: "en" });
    expect((await me(body.accessToken)).body.id).toBe(user.id);
    expect(await sessionsOf(user.id)).toBe(1);
    const { expiresAtMs } = await harness.verifier.verify(body.accessToken);
    expect(expiresAtMs - harness.clock.now().getTime()).toBeLessThanOrEqual(30_000);
    // Past the tolerance for clocks that differ.
    harness.clock.advance(61_000);
    expect((await me(body.accessToken)).status).toBe(401);
  });

  test("is for services only, and knows nobody by anything but their Telegram account", async () => {
    const body = { telegramUserId: 1, rights: "own" };
    expect((await harness.call("POST", "/internal/telegram/act", { body })).status).toBe(401);
    expect((await act(999_999_999)).body).toEqual({ outcome: "unknown" });
    expect((await harness.internal("POST", "/internal/telegram/act", { telegramUserId: 1 })).status).toBe(
      422,
    );
  });

  test("signs out everywhere and erases the account by the ordinary routes", async () => {
    const { account, user, accessToken } = await customer();
    const { body } = await act(account.id);
    const loggedOut = await harness.call("POST", "/v1/auth/logout-all", { token: body.accessToken });
    expect(loggedOut.status).toBe(204);
    expect(await sessionsOf(user.id)).toBe(0);
    expect((await me(accessToken)).status).toBe(401);
    // The chat is no session: it acts on.
    const again = (await act(account.id)).body.accessToken;
    const asked = await harness.call("DELETE", "/v1/users/me", { token: again, body: {} });
    expect(asked.status).toBe(422);
    const erased = await harness.call("DELETE", "/v1/users/me", { token: again, body: { confirm: "erase" } });
    expect(erased.status).toBe(202);
    expect((await act(account.id)).body).toEqual({ outcome: "unknown" });
  });

  test("an admin has the admin's role in it where it is wanted, and no proof: risky calls ask for a code as ever", async () => {
    const root = personOf(7_399, "Root");
    await steps.signUp(root, ADMIN_PHONE);
    const { account } = await customer();
    const own = (await act(root.id)).body;
    expect(own.role).toBe("admin");
    expect((await harness.verifier.verify(own.accessToken)).role).toBe("customer");
    const full = await harness.verifier.verify((await act(root.id, "full")).body.accessToken);
    expect([full.role, full.stepUp, full.withheld]).toEqual(["admin", undefined, undefined]);
    const asCustomer = (await act(account.id, "full")).body.accessToken;
    expect((await harness.verifier.verify(asCustomer)).role).toBe("customer");
  });

  test("auth itself takes it for no route of staff: there is no session to read again", async () => {
    const { accessToken } = (await act(7_399, "full")).body;
    for (const path of ["/v1/users", "/v1/audit"])
      expect((await harness.call("GET", path, { token: accessToken })).status).toBe(401);
  });

  test("who is blocked gets none, and that is written down; what is granted is not", async () => {
    const { account, user } = await customer();
    await act(account.id);
    expect(await audited(account.id)).toEqual([]);
    await harness.database.db.execute(
      sql`update app_user set status = 'blocked' where id = ${user.id}::uuid`,
    );
    expect((await act(account.id)).body).toEqual({ outcome: "blocked" });
    expect(await audited(account.id)).toEqual([
      { kind: "sign-in-refused", detail: "an act in the chat: the account is blocked" },
    ]);
  });
});
