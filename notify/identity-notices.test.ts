import { describe, expect, test } from "bun:test";
import type { EventData } from "../shared/contracts/events.ts";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf, type OpenNotify, openNotify } from "./testing/open-notify.ts";

const open = closedAfterEach(openNotify);

/** Somebody who has started the bot and whom notify has heard of. */
const knownPerson = async (notify: OpenNotify, language = "en") => {
  const person = await notify.people.started({ language });
  const user = userSnapshot({ telegramUserId: person.id, language });
  await notify.publish(envelopeOf("user.created", user.id, { user }));
  return { person, user };
};
const newDevice = (userId: string, facts: Partial<EventData<"session.new-device">> = {}) => {
  const sid = newId();
  const data = { sid, userId, device: "Firefox on Linux", place: "203.0.113.7", timezone: "Asia/Tokyo" };
  return {
    ...envelopeOf("session.new-device", sid, { ...data, ...facts }),
    time: "2026-03-14T20:26:53.589Z",
  };
};
const itemsOf = async ({ call }: OpenNotify, userId: string): Promise<unknown[]> => {
  const list = await call("GET", "/v1/notifications", { as: `customer.${userId}` });
  return ((await list.json()) as { items: unknown[] }).items;
};

describe("auth-24: a sign-in on a new device", () => {
  for (const [language, words, when] of [
    ["en", /A sign-in on a new device/, "15 March 2026 at 05:26"],
    ["ar", /تسجيل دخول من جهاز جديد/, "2026"],
  ] as const)
    test(`is told to its owner once, with device, place and the time where they are (${language})`, async () => {
      const notify = await open();
      const { person, user } = await knownPerson(notify, language);
      const event = newDevice(user.id);
      await notify.publish(event);
      await notify.publish(event);
      const message = await notify.people.hears(person.id, words);
      for (const fact of ["Firefox on Linux", "203.0.113.7", when]) expect(message.text).toContain(fact);
      expect(message.buttons).toMatchObject([[{ data: `s:${event.subject}` }]]);
      const told = notify.people.fromBot(person.id).filter(({ text }) => words.test(text));
      expect(told).toHaveLength(1);
      expect(await itemsOf(notify, user.id)).toMatchObject([
        { template: "new-device", subject: event.subject, class: "transactional" },
      ]);
    });

  test("names no place where none is known, and the time in UTC where the zone is not known here", async () => {
    const notify = await open();
    const { person, user } = await knownPerson(notify);
    await notify.publish(newDevice(user.id, { place: null, timezone: "Mars/Olympus" }));
    const { text } = await notify.people.hears(person.id, /new device/);
    expect(text).not.toContain("Place");
    expect(text).toContain("14 March 2026 at 20:26 UTC");
  });

  test("“Not me” has auth end that session, says so, and leaves no button", async () => {
    const notify = await open();
    const { auth, people, sandbox } = notify;
    const { person, user } = await knownPerson(notify);
    const event = newDevice(user.id);
    await notify.publish(event);
    const { messageId } = await people.hears(person.id, /new device/);
    await people.tap(person.id, { messageId, label: "Not me" });
    const closed = await people.hears(person.id, /has been ended/);
    expect([closed.messageId, closed.buttons]).toEqual([messageId, []]);
    expect(auth.callsTo("/sessions/")).toEqual([
      { path: `/internal/sessions/${event.subject}/deny`, body: { telegramUserId: person.id } },
    ]);
    const answers = sandbox.outbox().filter(({ method }) => method === "answerCallbackQuery");
    expect(answers).toMatchObject([{ params: { text: "Signed out there." } }]);
  });

  test("“Not me” of a session that is over, or somebody else's, is answered and changes nothing", async () => {
    const notify = await open();
    const { auth, people, sandbox } = notify;
    const { person, user } = await knownPerson(notify);
    await notify.publish(newDevice(user.id));
    const { messageId } = await people.hears(person.id, /new device/);
    auth.script.deny = "unknown";
    await people.tap(person.id, { messageId, label: "Not me" });
    await people.tap(person.id, { messageId, data: `s:${newId()}` });
    const answers = () => sandbox.outbox().filter(({ method }) => method === "answerCallbackQuery");
    await waitFor(() => answers().length === 2, { what: "two answers" });
    for (const answer of answers())
      expect(answer).toMatchObject({ params: { text: "That sign-in has ended already." } });
    expect(people.fromBot(person.id).at(-1)?.buttons).toHaveLength(1);
  });

  test("is kept nowhere when it comes after its owner was deleted: it says where they were", async () => {
    const notify = await open();
    const { user } = await knownPerson(notify);
    const other = await knownPerson(notify);
    await notify.publish(envelopeOf("user.deleted", user.id, { id: user.id, version: 2 }, { sequence: 2 }));
    await notify.publish(newDevice(user.id));
    await notify.publish(newDevice(other.user.id));
    await notify.people.hears(other.person.id, /new device/);
    const { rows } = await notify.database.db.execute("select user_id from delivery");
    expect(rows).toEqual([{ user_id: other.user.id }]);
  });
});

describe("auth-12: a phone that is somebody else's now", () => {
  for (const [language, words] of [
    ["en", /phone number belongs to another account now/],
    ["ar", /رقم هاتفك صار لحساب آخر/],
  ] as const)
    test(`is told once in the chat of the account that had it (${language})`, async () => {
      const notify = await open();
      const { person, user } = await knownPerson(notify, language);
      const event = envelopeOf("user.phone-released", user.id, { userId: user.id }, { sequence: 2 });
      await notify.publish(event);
      await notify.publish(event);
      await notify.people.hears(person.id, words);
      expect(notify.people.fromBot(person.id).filter(({ text }) => words.test(text))).toHaveLength(1);
      expect(await itemsOf(notify, user.id)).toMatchObject([
        { template: "phone-released", subject: user.id, class: "transactional" },
      ]);
    });
});
