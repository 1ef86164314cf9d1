import { describe, expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { commandNames } from "./telegram/texts/chat-texts.ts";
import { openChat } from "./testing/open-chat.ts";

const open = closedAfterEach(openChat);

describe("bot-1: commands", () => {
  test("bot-1: the menu is set in every language, and each command of it is answered", async () => {
    const chat = await open();
    const menus = chat.sandbox.outbox().filter(({ method }) => method === "setMyCommands");
    const namesIn = (params: Record<string, unknown>) =>
      (typeof params.commands === "string" ? JSON.parse(params.commands) : params.commands).map(
        ({ command }: { command: string }) => command,
      );
    expect(menus.map(({ params }) => params.language_code ?? "en")).toEqual(["en", "ar"]);
    for (const { params } of menus) expect(namesIn(params)).toEqual([...commandNames]);
    for (const name of commandNames) {
      const before = chat.inbox().length;
      await chat.say(`/${name}`);
      await waitFor(() => chat.inbox().length > before, { what: `an answer to /${name}` });
    }
    expect(chat.inbox().some(({ text }) => text.includes("free text") || text.includes("did not work"))).toBe(
      false,
    );
  });

  test("bot-1: the menu does not replace the check: who has no account, or is blocked, is told so at each use", async () => {
    const chat = await open();
    const stranger = await chat.people.started();
    for (const command of ["/orders", "/logout"]) {
      await chat.people.say(stranger.id, command);
      await chat.people.hears(stranger.id, /no account for this chat/);
    }
    chat.auth.users.set(chat.user.id, { ...chat.user, status: "blocked" });
    await chat.say("/orders");
    await chat.hears(/may not do this/);
    expect(chat.shop.calls).toEqual([]);
  });
});

describe("bot-14: the language", () => {
  test("bot-14: is the account's, else that of the person's Telegram; /language changes it at once and for good", async () => {
    const chat = await open({ account: { language: "ar" } });
    await chat.say("/support");
    await chat.hears(/support/);
    await chat.known();
    await chat.say("/support");
    await chat.hears(/الدعم/);
    await chat.say("/language");
    const asked = await chat.hears(/بأي لغة/);
    expect(asked.buttons.flat().map(({ label }) => label)).toEqual(["English", "العربية"]);
    await chat.tap(asked.messageId, { label: "English" });
    await chat.hears(/From now on I write in English/);
    expect(chat.auth.callsTo("/v1/users/me")).toMatchObject([{ body: { language: "en" } }]);
    await chat.say("/help");
    await chat.hears(/Sign in: open the link/);
  });
});

describe("bot-18: signing out and privacy", () => {
  test("bot-18: /logout asks, and then ends all sessions in the person's name", async () => {
    const chat = await open();
    await chat.say("/logout");
    const asked = await chat.hears(/Sign out everywhere\?/);
    expect(asked.buttons[0]?.[0]).toMatchObject({ style: "danger" });
    expect(await chat.tap(asked.messageId, { label: "No" })).toBe("Nothing was changed.");
    await chat.buttonsBecome(asked.messageId, []);
    expect(chat.auth.callsTo("/logout-all")).toEqual([]);

    await chat.say("/logout");
    const again = await waitFor(() => chat.inbox().findLast(({ messageId }) => messageId > asked.messageId));
    await chat.tap(again.messageId, { label: "Sign out everywhere" });
    await chat.hears(/signed out on all devices/);
    expect(chat.auth.callsTo("/logout-all")).toHaveLength(1);
  });

  test("bot-18: /privacy says what is stored and for how long, and where one's data are to be had", async () => {
    const chat = await open({ environment: { SHOP_URL: "https://tea.example" } });
    await chat.say("/privacy");
    const said = await chat.hears(/what is stored about you/);
    for (const word of ["Telegram id", "phone number", "orders", "90 days"])
      expect(said.text).toContain(word);
    await chat.tap(said.messageId, { label: "Get my data" });
    await chat.hears(/https:\/\/tea\.example/);
  });

  test("bot-18: the account is deleted after two questions, with a receipt that is told once", async () => {
    const chat = await open();
    await chat.say("/privacy");
    const said = await chat.hears(/what is stored about you/);
    await chat.tap(said.messageId, { label: "Delete my account" });
    const asked = await chat.hears(/Delete your account\?/);
    await chat.tap(asked.messageId, { label: "Yes, go on" });
    const last = await chat.hears(/cannot be undone/);
    expect(chat.auth.callsTo("/v1/users/me")).toEqual([]);
    await chat.tap(last.messageId, { label: "Delete everything now" });
    const receipt = await chat.hears(/is being deleted/);
    expect(receipt.text).toContain(chat.auth.script.erasureId);
    expect(receipt.text).toContain("a-secret-for-once");
    expect(chat.auth.callsTo("/v1/users/me")).toMatchObject([{ body: { confirm: "erase" } }]);
  });

  test("bot-18: a question of the day before acts on nothing", async () => {
    let aheadMs = 0;
    const chat = await open({ clock: { now: () => new Date(Date.now() + aheadMs) } });
    await chat.say("/logout");
    const asked = await chat.hears(/Sign out everywhere\?/);
    aheadMs = 25 * 3_600_000;
    expect(await chat.tap(asked.messageId, { label: "Sign out everywhere" })).toContain("message is old");
    expect(chat.auth.callsTo("/logout-all")).toEqual([]);
  });
});

describe("bot-15: free text and floods", () => {
  test("bot-15: a flood of one person is dropped without a word, and nobody else waits for it", async () => {
    const chat = await open();
    const other = await chat.people.started();
    // The Start of before is the first of twenty.
    for (let n = 0; n < 40; n += 1) await chat.say("/help");
    await chat.people.say(other.id, "/help");
    await chat.people.hears(other.id, /Sign in: open the link/);
    await waitFor(() => chat.inbox().length === 20, { what: "twenty answers" });
    await chat.people.say(other.id, "/privacy");
    await chat.people.hears(other.id, /what is stored/);
    expect(chat.inbox()).toHaveLength(20);
  });
});

describe("bot-16: failures", () => {
  test("bot-16: what is refused says what to do next, what nobody expected has a reference that stands in the log", async () => {
    const log = silentLogger();
    const chat = await open({ log });
    await chat.people.start(chat.person.id, "o_K-000000");
    await chat.hears(/\/orders shows the last ones/);
    chat.shop.script.down = true;
    await chat.say("/orders");
    const { text } = await chat.hears(/reference [0-9a-f]{8}/);
    const reference = /reference ([0-9a-f]{8})/.exec(text)?.[1];
    expect(log.lines.filter(({ fields }) => fields.reference === reference)).toHaveLength(1);
    expect(text).toContain("try again in a minute");
  });
});

describe("bot-19: leaving and coming back", () => {
  test("bot-19: who has blocked the bot gets nothing, and after /start new news without the old", async () => {
    const chat = await open();
    await chat.known();
    await chat.people.block(chat.person.id);
    const before = chat.inbox().length;
    await chat.people.block(chat.person.id, false);
    await chat.people.start(chat.person.id);
    await waitFor(() => chat.inbox().length > before, { what: "the greeting" });
    await chat.card(chat.order());
    expect(chat.inbox().filter(({ text }) => text.includes("K-000041"))).toHaveLength(1);
  });
});
