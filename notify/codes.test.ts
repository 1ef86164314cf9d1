import { describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf, openNotify } from "./testing/open-notify.ts";

const openOne = closedAfterEach(openNotify);

const CODE = "90417263";

/** A notify with somebody who has started the bot, and a code for them. */
const open = async () => {
  const notify = await openOne();
  const person = await notify.people.started();
  const deliver = async (change: object = {}) => {
    const response = await notify.internal("POST", "/internal/codes", {
      challengeId: newId(),
      chatId: person.id,
      code: CODE,
      expiresAt: new Date(Date.now() + 300_000).toISOString(),
      language: "en",
      purpose: "login",
      askedFrom: "Firefox <on> Linux",
      ...change,
    });
    return { status: response.status, body: (await response.json()) as { outcome?: string } };
  };
  const codes = () => notify.people.fromBot(person.id).filter(({ text }) => text.includes(CODE));
  return { ...notify, person, deliver, codes };
};

describe("POST /internal/codes", () => {
  test("delivers a code at once, with its place escaped", async () => {
    const { deliver, codes } = await open();
    expect(await deliver()).toEqual({ status: 200, body: { outcome: "sent" } });
    expect(codes()).toHaveLength(1);
    expect(codes()[0]?.text).toContain("Asked for from: Firefox <on> Linux");
  });

  test("auth-22: says what the code is for, and no more of a purpose that is not known here", async () => {
    const { deliver, codes } = await open();
    for (const [purpose, language, words] of [
      ["login", "en", "your sign-in code"],
      ["step-up", "en", "confirmation code for an admin's risky action"],
      ["step-up:users.manage", "en", "confirmation code to change somebody's role or block them"],
      ["step-up:users.erase", "en", "confirmation code to delete somebody's account"],
      ["step-up:ops.drop", "en", "confirmation code to give up an event for good"],
      ["step-up:password.set", "en", "confirmation code to set your password"],
      ["step-up:admin.sign-in", "en", "confirmation code to sign in as an admin"],
      ["step-up:orders.refund", "en", "confirmation code to have a customer's payment paid back"],
      ["step-up:broadcast.send", "en", "confirmation code to send a message to many"],
      ["step-up:broadcast.send", "ar", "رمز التأكيد لإرسال رسالة إلى كثيرين"],
      ["step-up:admin.sign-in", "ar", "رمز التأكيد للدخول بصفة مشرف"],
      ["step-up:orders.refund", "ar", "رمز التأكيد لإعادة ما دفعه عميل"],
      ["step-up:users.erase", "ar", "رمز التأكيد لحذف حساب مستخدم"],
      ["step-up:moon.landing", "en", "your confirmation code"],
      ["constructor", "en", "your confirmation code"],
    ] as const) {
      expect((await deliver({ purpose, language })).body).toEqual({ outcome: "sent" });
      expect(codes().at(-1)?.text.split("\n")[0]).toEndWith(words);
    }
  });

  test("says unknown when the answer was lost, and the person holds exactly one code", async () => {
    const { deliver, codes, people, sandbox } = await open();
    await people.fault({ method: "sendMessage", textContains: CODE, phase: "after" });
    expect((await deliver()).body).toEqual({ outcome: "unknown" });
    expect(codes()).toHaveLength(1);
    const sends = sandbox.outbox().filter(({ params }) => JSON.stringify(params).includes(CODE));
    expect(sends).toHaveLength(1);
  });

  test("says unreachable when the person has blocked the bot, and remembers it", async () => {
    const { deliver, codes, people, person, publish, database } = await open();
    const user = userSnapshot({ telegramUserId: person.id });
    await publish(envelopeOf("user.created", user.id, { user }));
    await people.block(person.id);
    expect((await deliver()).body).toEqual({ outcome: "unreachable" });
    expect(codes()).toEqual([]);
    const { rows } = await database.db.execute("select state from chat");
    expect(rows).toEqual([{ state: "blocked" }]);
  });

  test("notify-16: sends no code that has expired, and none to who never started the bot", async () => {
    const { deliver, codes, people } = await open();
    expect((await deliver({ expiresAt: new Date(Date.now() - 1).toISOString() })).body).toEqual({
      outcome: "expired",
    });
    expect((await deliver({ chatId: (await people.add()).id })).body).toEqual({ outcome: "unreachable" });
    expect(codes()).toEqual([]);
  });

  test("goes out while Telegram makes others wait: a code stands in no queue", async () => {
    const { deliver, codes, people, person, publish } = await open();
    const admin = userSnapshot({ telegramUserId: person.id, role: "admin" });
    await publish(envelopeOf("user.created", admin.id, { user: admin }));
    await people.fault({
      method: "sendMessage",
      textContains: "stock",
      phase: "before",
      retryAfter: 30,
      count: 1,
    });
    await publish(envelopeOf("stock.restocked", "MUG", { sku: "MUG", available: 5, version: 2 }));
    expect((await deliver()).body).toEqual({ outcome: "sent" });
    expect(codes()).toHaveLength(1);
  });

  test("leaves the code in no table", async () => {
    const { deliver, database } = await open();
    await deliver();
    const { rows: tables } = await database.db.execute<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    );
    expect(tables.length).toBeGreaterThan(5);
    for (const { name } of tables) {
      const { rows } = await database.db.execute<{ dump: string | null }>(
        `select string_agg(t::text, ' ') as dump from ${name} t`,
      );
      expect(rows[0]?.dump ?? "").not.toContain(CODE);
    }
  });

  test("refuses what is no code", async () => {
    const { deliver } = await open();
    for (const change of [{ code: "12345" }, { code: "12345a" }, { chatId: "7" }, { more: 1 }])
      expect((await deliver(change)).status).toBe(422);
  });
});
