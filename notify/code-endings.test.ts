import { describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf, type OpenNotifyOptions, openNotify } from "./testing/open-notify.ts";

const openOne = closedAfterEach(openNotify);

const CODE = "90417263";
const LIFE_MS = 300_000;

/** A notify with somebody who has a code, and what its message says. */
const open = async (options: OpenNotifyOptions = {}, language = "en") => {
  const clock = fakeClock(new Date());
  const notify = await openOne({ clock, ...options });
  const { people, internal, publish, sandbox } = notify;
  const person = await people.started({ language });
  const challengeId = newId();
  const deliver = async (id = challengeId) => {
    const before = people.fromBot(person.id).length;
    await internal("POST", "/internal/codes", {
      ...{ challengeId: id, chatId: person.id, code: CODE, language, purpose: "login" },
      expiresAt: new Date(clock.now().getTime() + LIFE_MS).toISOString(),
      askedFrom: "Firefox on Linux, 203.0.113.7",
    });
    return people.fromBot(person.id)[before]?.messageId ?? 0;
  };
  const messageOf = (id: number) => people.fromBot(person.id).find(({ messageId }) => messageId === id);
  const use = { sid: newId(), purpose: "login", device: "Chrome on macOS", place: "198.51.100.4" };
  const closed = (change: { use?: null; id?: string } = {}) =>
    publish(
      envelopeOf("code.closed", change.id ?? challengeId, {
        ...{ challengeId: change.id ?? challengeId, userId: newId() },
        use: change.use === null ? null : { ...use, timezone: "Europe/Berlin" },
      }),
    );
  const becomes = (id: number, pattern: RegExp) =>
    waitFor(() => pattern.test(messageOf(id)?.text ?? "") && messageOf(id), {
      what: `a message like ${pattern}`,
    });
  const edits = () => sandbox.outbox().filter(({ method }) => method === "editMessageText");
  return { ...notify, clock, person, challengeId, use, deliver, messageOf, closed, becomes, edits };
};

describe("notify-24, bot-4: the message of a code", () => {
  test("hides from forwarding, can be copied, says who asks and warns, in a few lines", async () => {
    const { deliver, messageOf, sandbox } = await open();
    const message = messageOf(await deliver());
    expect(message?.text.split("\n").length).toBeLessThanOrEqual(12);
    for (const words of [/Firefox on Linux, 203\.0\.113\.7/, /5 min/, /Never share it/])
      expect(message?.text).toMatch(words);
    expect(message?.buttons.flat().map(({ label }) => label)).toEqual(["Copy the code", "Not me"]);
    const { params } = sandbox.outbox().findLast(({ method }) => method === "sendMessage") ?? {};
    expect(params).toMatchObject({ protect_content: true });
    expect(String(params?.text)).toContain(`<code>${CODE}</code>`);
  });

  test("says where and when it was used, holds the code no more, and lets the person end that session", async () => {
    const { deliver, closed, becomes, auth, use, people, person, sandbox } = await open();
    const id = await deliver();
    await closed();
    const message = await becomes(id, /signed in on Chrome on macOS, 198\.51\.100\.4/);
    expect(message.text).toMatch(/\d\d:\d\d.* – not you\?/);
    expect(message.text).not.toContain(CODE);
    expect(message.buttons.flat().map(({ label }) => label)).toEqual(["Not me"]);
    await people.tap(person.id, { messageId: id, label: "Not me" });
    await becomes(id, /has been ended/);
    expect(auth.callsTo("/deny").map(({ path }) => path)).toEqual([`/internal/sessions/${use.sid}/deny`]);
    expect(sandbox.outbox().filter(({ method }) => method === "deleteMessage")).toEqual([]);
  });

  test("says that it was used although the news came before it was known where the message is", async () => {
    const { deliver, closed, becomes, database } = await open();
    await closed();
    await waitFor(async () => (await database.db.execute("select 1 from code_closing")).rows.length === 1);
    await becomes(await deliver(), /signed in on Chrome/);
  });

  test("says that it was closed after too many wrong codes, in the person's language", async () => {
    const { deliver, closed, becomes } = await open();
    const id = await deliver();
    await closed({ use: null });
    const { buttons } = await becomes(id, /Too many wrong codes/);
    expect(buttons.flat()).toEqual([]);
  });

  test("says that it has expired, also where the instance that sent it is gone, and is edited by one of two", async () => {
    const { deliver, becomes, notify, make, clock, edits, messageOf } = await open();
    const id = await deliver();
    await notify.stop();
    clock.advance(LIFE_MS - 1);
    const others = [make(), make()];
    for (const other of others) await other.start();
    expect(messageOf(id)?.text).toContain(CODE);
    clock.advance(1);
    await becomes(id, /has expired/);
    for (const other of others) await other.stop();
    expect(edits()).toHaveLength(1);
  });

  test("says that it has expired as soon as a newer one of the same sign-in is sent, which goes on", async () => {
    const { deliver, becomes, messageOf } = await open();
    const first = await deliver();
    const second = await deliver();
    await becomes(first, /a newer one was sent/);
    expect(messageOf(second)?.text).toContain(CODE);
  });

  test("says that it was cancelled when the person did not ask for it", async () => {
    const { deliver, becomes, people, person } = await open();
    const id = await deliver();
    await people.tap(person.id, { messageId: id, label: "Not me" });
    await becomes(id, /was cancelled/);
  });

  test("is edited again where nobody knows whether the edit was done, and given up where the message is gone", async () => {
    const { deliver, closed, becomes, people, edits, clock, database } = await open();
    const id = await deliver();
    await people.fault({ method: "editMessageText", phase: "reset" });
    await closed();
    await waitFor(() => edits().length === 1, { what: "the edit that got lost" });
    clock.advance(60_000);
    await becomes(id, /signed in on/);
    await people.fault({ method: "editMessageText", phase: "before", status: 400 });
    const other = newId();
    await deliver(other);
    await closed({ id: other });
    const left = async () => (await database.db.execute("select 1 from code_message")).rows.length;
    await waitFor(async () => (await left()) === 0, { what: "the message to be forgotten" });
  });

  test("is there in Arabic", async () => {
    const { deliver, closed, becomes, publish, person } = await open({}, "ar");
    const user = userSnapshot({ telegramUserId: person.id, language: "ar" });
    await publish(envelopeOf("user.created", user.id, { user }));
    const id = await deliver();
    await closed();
    await becomes(id, /تم تسجيل الدخول/);
  });
});
