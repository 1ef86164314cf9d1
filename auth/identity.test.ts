import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { newId } from "../shared/kernel/ids.ts";
import { createStores, createTransact } from "./store/stores.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";
import { signInitData, signWidget } from "./testing/telegram-signer.ts";

const ADMIN_PHONE = "+4915155520000";
const WEBAPP_KEY = Buffer.alloc(32, 7);
const WIDGET_KEY = Buffer.alloc(32, 9);

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth({
    environment: {
      ADMIN_PHONES: ADMIN_PHONE,
      AUTH_TELEGRAM_WIDGET: "on",
      TELEGRAM_WEBAPP_KEY: WEBAPP_KEY.toString("hex"),
      TELEGRAM_WIDGET_KEY: WIDGET_KEY.toString("hex"),
    },
  });
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

let people = 7_400;
const somebody = () => {
  people += 1;
  return { account: personOf(people), phone: `+4915700${people}` };
};
const me = (token: string) => harness.call("GET", "/v1/users/me", { token });
const auditOf = async (userId: string) => {
  const { rows } = await harness.database.db.execute<{ kind: string; chat: number | null }>(
    sql`select kind, telegram_user_id::int as chat from audit_event where user_id = ${userId} order by id`,
  );
  return rows;
};
const eventsOf = async (userId: string) => {
  const { rows } = await harness.database.db.execute<{ type: string; data: unknown }>(
    sql`select event ->> 'type' as type, event -> 'data' as data from outbox where aggregate = ${userId} order by position`,
  );
  return rows;
};

describe("auth-12: a phone on another account moves to its new holder", () => {
  test("without the account, whose sessions stay, whose chat is told once, and both are written down", async () => {
    const [old, heir] = [somebody(), somebody()];
    const before = (await steps.signUp(old.account, old.phone)).body;
    const after = (await steps.signUp(heir.account, old.phone)).body;
    expect(after.user).toMatchObject({ phone: old.phone, telegramUserId: heir.account.id });
    expect(after.user.id).not.toBe(before.user.id);

    const mine = await me(before.accessToken);
    expect([mine.status, mine.body.phone, mine.body.telegramUserId]).toEqual([200, null, old.account.id]);
    const { refreshToken } = before;
    expect((await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } })).status).toBe(200);
    const { rows } = await harness.database.db.execute(
      sql`select phone_released_at is not null as released from app_user where id = ${before.user.id}`,
    );
    expect(rows).toEqual([{ released: true }]);

    // The holder proves it once more: the phone is theirs already, and nobody is told again.
    await steps.signUp(heir.account, old.phone);
    const news = (await eventsOf(before.user.id)).filter(({ type }) => type === "user.phone-released");
    expect(news).toEqual([{ type: "user.phone-released", data: { userId: before.user.id } }]);
    expect(await auditOf(before.user.id)).toContainEqual({ kind: "phone-released", chat: old.account.id });
    expect(await auditOf(after.user.id)).toContainEqual({ kind: "phone-bound", chat: heir.account.id });
  });

  test("and is told of by one event for each account that lost it, where two claim it at once", async () => {
    const [holder, one, other] = [somebody(), somebody(), somebody()];
    await steps.signUp(holder.account, holder.phone);
    const claim = async ({ account }: typeof one) => {
      const asked = await steps.request({ link: true });
      await steps.open(asked, account);
      return () => steps.shareContact(account, holder.phone);
    };
    const claims = [await claim(one), await claim(other)];
    await Promise.all(claims.map((share) => share()));
    const { rows } = await harness.database.db.execute<{ chat: number; told: number }>(sql`
      select telegram_user_id::int as chat,
        (select count(*)::int from outbox where event ->> 'type' = 'user.phone-released' and aggregate = app_user.id::text) as told
      from app_user where telegram_user_id in (${holder.account.id}, ${one.account.id}, ${other.account.id})`);
    expect(rows.find(({ chat }) => chat === holder.account.id)?.told).toBe(1);
    expect(rows.reduce((sum, { told }) => sum + told, 0)).toBe(2);
  });
});

describe("auth-13: an account keeps its chat, which is its Telegram account", () => {
  const chats = async () => {
    const { rows } = await harness.database.db.execute<{ id: string; chat: number }>(
      sql`select id, telegram_user_id::int as chat from app_user`,
    );
    return new Map(rows.map(({ id, chat }) => [id, chat]));
  };
  const seconds = () => Math.floor(harness.clock.now().getTime() / 1_000);

  test("whatever way another Telegram account comes: it gets an account of its own, and the old one stays where it was", async () => {
    const old = somebody();
    const { user, accessToken, refreshToken } = (await steps.signUp(old.account, old.phone)).body;
    const other = somebody();
    const { id } = other.account;
    const byLink = async () => {
      const asked = await steps.request({ phone: old.phone });
      await steps.codeFor(asked);
      await steps.open(asked, other.account);
      await steps.shareContact(other.account, old.phone);
      return steps.verify(asked, await steps.codeInChat(asked, other.account));
    };
    const fields = { user: JSON.stringify({ id, first_name: "Ada" }), auth_date: seconds() };
    const widget = signWidget({ id, first_name: "Ada", auth_date: seconds() }, WIDGET_KEY);
    const ways = {
      byLink,
      byMiniApp: () =>
        harness.call("POST", "/v1/auth/telegram/miniapp", {
          body: { initData: signInitData(fields, WEBAPP_KEY) },
          headers: steps.bearer(accessToken),
        }),
      byWidget: () =>
        harness.call("POST", "/v1/auth/telegram/widget", {
          body: widget,
          headers: steps.bearer(accessToken),
        }),
    };
    for (const [way, signIn] of Object.entries(ways)) {
      const signedIn = await signIn();
      expect([way, signedIn.status, signedIn.body.user.telegramUserId]).toEqual([way, 200, id]);
      expect(signedIn.body.user.id).not.toBe(user.id);
      expect((await chats()).get(user.id)).toBe(old.account.id);
    }
    expect(new Set((await chats()).values()).size).toBe((await chats()).size);
    // Nothing was rebound, so nothing of the old account ends.
    expect((await me(accessToken)).status).toBe(200);
    expect((await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } })).status).toBe(200);
    expect((await eventsOf(user.id)).map(({ type }) => type)).not.toContain("user.chat-opened");
  });

  test("whatever its owner or an admin writes: no route takes another", async () => {
    const person = somebody();
    const { user, accessToken } = (await steps.signUp(person.account, person.phone)).body;
    const root = (await steps.signUpProved(personOf(7_399, "Root"), ADMIN_PHONE)).body.accessToken;
    const change = { telegramUserId: 1_234 };
    for (const [method, path, token] of [
      ["PATCH", "/v1/users/me", accessToken],
      ["PUT", "/v1/users/me", accessToken],
      ["PATCH", `/v1/users/${user.id}`, root],
    ] as const) {
      const { status } = await harness.call(method, path, { token, body: change });
      expect([method, path, status]).toEqual([method, path, 422]);
    }
    expect((await chats()).get(user.id)).toBe(person.account.id);
  });

  test("and the database refuses it, so that no code to come does it unawares", async () => {
    const person = somebody();
    const { user } = (await steps.signUp(person.account, person.phone)).body;
    const { database } = harness;
    const context = { newId, currentRequest: () => undefined, accessTtlSeconds: 900 };
    const found = await createStores(database.db, context).users.find(user.id);
    if (found === null) throw new Error("The user is there.");
    const rebind = createTransact(
      database,
      context,
    )(({ users }) => users.update({ ...found, telegramUserId: 1_234, version: found.version + 1 }));
    expect(
      await rebind.then(
        () => "rebound",
        (error: Error) => String(error.cause ?? error),
      ),
    ).toContain("keeps its Telegram account");
    expect((await chats()).get(user.id)).toBe(person.account.id);
  });
});

describe("auth-22: a phone changes", () => {
  test("by the own contact alone, shared in the chat after a link was opened there: no route and no admin sets it", async () => {
    const person = somebody();
    const { user, accessToken } = (await steps.signUp(person.account, person.phone)).body;
    const root = (await steps.signUpProved(personOf(7_399, "Root"), ADMIN_PHONE)).body.accessToken;
    const phone = somebody().phone;
    const own = await harness.call("PATCH", "/v1/users/me", { token: accessToken, body: { phone } });
    const byAdmin = await harness.call("PATCH", `/v1/users/${user.id}`, { token: root, body: { phone } });
    expect([own.status, byAdmin.status]).toEqual([422, 422]);
    // Who holds a session of the account, and even a fresh code, gets no further than the link: it waits for the contact of the chat.
    const proved = (await steps.stepUp(accessToken, "password.set")).body.accessToken;
    expect((await harness.call("PATCH", "/v1/users/me", { token: proved, body: { phone } })).status).toBe(
      422,
    );
    expect((await steps.shareContact(person.account, phone)).body.outcome).toBe("nothing-pending");
    expect((await me(accessToken)).body.phone).toBe(person.phone);

    const asked = await steps.request({ phone });
    expect((await steps.open(asked, person.account)).body.outcome).toBe("contact-needed");
    expect((await me(accessToken)).body.phone).toBe(person.phone);
    expect((await steps.shareContact(person.account, phone)).body.outcome).toBe("code-sent");
    expect((await me(accessToken)).body.phone).toBe(phone);
  });
});

describe("auth-23: knowing an admin's chat", () => {
  test("grants nothing: nobody signs in by its id, gets its codes or acts in its name", async () => {
    const root = personOf(7_399, "Root");
    const session = (await steps.signUp(root, ADMIN_PHONE)).body;
    const { id } = root;
    // No route takes a chat for a proof, and none of those within is open to a stranger.
    expect((await steps.request({ telegramUserId: id })).status).toBe(422);
    expect((await steps.request({ phone: ADMIN_PHONE, chatId: id })).status).toBe(422);
    for (const path of ["links", "contacts", "refused-contacts", "act"].map(
      (name) => `/internal/telegram/${name}`,
    ))
      expect((await harness.call("POST", path, { body: { telegramUserId: id } })).status).toBe(401);
    const forged = { user: JSON.stringify({ id, first_name: "Root" }), auth_date: Date.now() };
    const body = { initData: signInitData(forged, WIDGET_KEY) };
    expect((await harness.call("POST", "/v1/auth/telegram/miniapp", { body })).status).toBe(401);

    // A stranger in Telegram is who Telegram says, whatever they name.
    const stranger = somebody();
    const asked = await steps.request({ phone: ADMIN_PHONE });
    await steps.codeFor(asked);
    await steps.open(asked, stranger.account);
    await steps.shareContact(stranger.account, stranger.phone);
    expect(steps.codesFor(asked).map(({ chatId }) => chatId)).toEqual([id]);
    const telegramUserId = stranger.account.id;
    const deny = `/internal/challenges/${asked.body.challengeId}/deny`;
    // The stranger has opened this one, so that it is theirs to close; the admin's session is not.
    expect((await harness.internal("POST", deny, { telegramUserId: telegramUserId + 1 })).body.outcome).toBe(
      "unknown",
    );
    const { rows } = await harness.database.db.execute<{ id: string }>(
      sql`select s.id from session s join app_user u on u.id = s.user_id where u.telegram_user_id = ${id}`,
    );
    for (const row of rows) {
      const path = `/internal/sessions/${row.id}/deny`;
      expect((await harness.internal("POST", path, { telegramUserId })).body.outcome).toBe("unknown");
    }
    expect((await me(session.accessToken)).body.role).toBe("admin");
  });
});
