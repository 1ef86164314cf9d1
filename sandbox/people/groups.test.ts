import { afterEach, describe, expect, test } from "bun:test";
import { type OpenSandbox, openSandbox, resultOf, WAYS } from "../testing/open-sandbox.ts";
import { openTeam as openTeamFor } from "../testing/open-team.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(...input: Parameters<typeof openSandbox>): Promise<OpenSandbox> {
  const opened = await openSandbox(...input);
  cleanups.push(opened.close);
  return opened;
}

async function openTeam(...input: Parameters<typeof openTeamFor>) {
  const opened = await openTeamFor(...input);
  cleanups.push(opened.close);
  return opened;
}

const CARD = { reply_markup: { inline_keyboard: [[{ text: "Claim", callback_data: "claim" }]] } };

describe.each(WAYS)("groups over %s", (way) => {
  test("emulator-12: the bot is brought into a group, made an admin and kicked, and is told each time", async () => {
    const { control, updates, group, owner, api } = await openTeam({ bot: false }, way);
    expect((await api("sendMessage", { chat_id: group, text: "x" })).body.description).toBe(
      "Bad Request: chat not found",
    );
    await control("POST", `/groups/${group}/bot`, { status: "member" });
    expect(await updates()).toMatchObject([
      {
        my_chat_member: {
          chat: { id: group, type: "group", title: "Team" },
          from: { id: owner },
          old_chat_member: { status: "left" },
          new_chat_member: { status: "member", user: { is_bot: true } },
        },
      },
      { message: { chat: { id: group }, new_chat_members: [{ is_bot: true }], from: { id: owner } } },
    ]);
    await control("POST", `/groups/${group}/bot`, { status: "administrator" });
    expect(await updates()).toMatchObject([
      { my_chat_member: { new_chat_member: { status: "administrator", can_manage_chat: true } } },
    ]);
    await control("POST", `/groups/${group}/bot`, { status: "kicked" });
    expect(await updates()).toMatchObject([
      { my_chat_member: { new_chat_member: { status: "kicked", until_date: 0 } } },
      { message: { left_chat_member: { is_bot: true } } },
    ]);
    expect(await api("sendMessage", { chat_id: group, text: "x" })).toMatchObject({
      status: 403,
      body: { description: "Forbidden: bot was kicked from the group chat" },
    });
  });

  test("emulator-12: a group becomes a supergroup: the old id says where it went, both chats say so too", async () => {
    const { control, updates, group, api, sandbox, send } = await openTeam({}, way);
    await send("before");
    const answer = await control("POST", `/groups/${group}/migrate`);
    const next = Number(answer.body.id);
    expect([answer.status, answer.body.kind, next < -1_000_000_000_000]).toEqual([201, "supergroup", true]);
    expect(await updates()).toMatchObject([
      { message: { chat: { id: group }, migrate_to_chat_id: next } },
      { message: { chat: { id: next, type: "supergroup" }, migrate_from_chat_id: group } },
    ]);
    expect((await api("sendMessage", { chat_id: group, text: "late" })).body).toEqual({
      ok: false,
      error_code: 400,
      description: "Bad Request: group chat was upgraded to a supergroup chat",
      parameters: { migrate_to_chat_id: next },
    });
    await api("sendMessage", { chat_id: next, text: "after" });
    expect(sandbox.transcript(next).map(({ text }) => text)).toEqual(["", "after"]);
    expect((await control("POST", `/groups/${group}/migrate`)).status).toBe(409);
  });

  test("emulator-15: people join, leave and are kicked; service messages say so, and an admin bot hears who did it", async () => {
    const { control, updates, api, group, owner, member, person, say } = await openTeam({}, way);
    const third = await person({ firstName: "Tom" });
    await updates();
    const stand = (personId: number, status: string, rest = {}) =>
      control("POST", `/groups/${group}/members`, { personId, status, ...rest });
    await stand(third, "member");
    await stand(third, "left");
    expect(await updates()).toMatchObject([
      { message: { from: { id: third }, new_chat_members: [{ id: third }] } },
      { message: { from: { id: third }, left_chat_member: { id: third } } },
    ]);
    await control("POST", `/groups/${group}/bot`, { status: "administrator" });
    await api("getUpdates", { allowed_updates: ["message", "chat_member"], offset: -1 });
    await updates();
    await stand(member, "kicked", { byPersonId: owner });
    expect(await updates()).toMatchObject([
      { chat_member: { from: { id: owner }, new_chat_member: { status: "kicked", user: { id: member } } } },
      { message: { from: { id: owner }, left_chat_member: { id: member } } },
    ]);
    expect((await say(member, "still here?")).status).toBe(409);
    expect((await stand(owner, "left")).status).toBe(409);
  });

  test("a tap in a group says who tapped and in which chat", async () => {
    const { control, updates, group, member, send, api, sandbox } = await openTeam({}, way);
    const { message_id: messageId } = await send("Order 7", CARD);
    const tap = await control("POST", `/people/${member}/taps`, { chatId: group, messageId, label: "Claim" });
    expect(await updates()).toMatchObject([
      {
        callback_query: {
          id: tap.body.callbackQueryId,
          from: { id: member },
          message: { chat: { id: group }, message_id: messageId },
          data: "claim",
        },
      },
    ]);
    await api("editMessageText", { chat_id: group, message_id: messageId, text: "Order 7: Max" });
    expect(sandbox.transcriptText(group)).toEndWith("Bot: Order 7: Max\n  was: Order 7\n");
    const outsider = { chatId: group, messageId, data: "claim" };
    expect((await control("POST", "/people/5/taps", outsider)).status).toBe(404);
  });
});

test("emulator-5: privacy mode lets the bot see commands, answers and mentions; as an admin it sees all", async () => {
  const { say, texts, member, control, group, send } = await openTeam();
  const { message_id: replyToMessageId } = await send("Question");
  await say(member, "just talk");
  await say(member, "/stock 5");
  await say(member, "/stock@kiosk_sandbox_bot");
  await say(member, "/stock@another_bot");
  await say(member, "see /stock later");
  await say(member, "hello @Kiosk_Sandbox_Bot");
  await say(member, "my answer", { replyToMessageId });
  expect(await texts()).toEqual([
    "/stock 5",
    "/stock@kiosk_sandbox_bot",
    "hello @Kiosk_Sandbox_Bot",
    "my answer",
  ]);
  await control("POST", `/groups/${group}/bot`, { status: "administrator" });
  await say(member, "now all");
  expect((await texts()).at(-1)).toBe("now all");
});

test("without privacy mode the bot sees all from the beginning, and getMe says so", async () => {
  const { group, person, control, updates, api } = await open("client.fetch", { readsGroups: true });
  const id = await person();
  const chat = await group([id]);
  await control("POST", `/groups/${chat}/messages`, { personId: id, text: "just talk" });
  expect(await updates()).toMatchObject([{ message: { text: "just talk" } }]);
  expect(resultOf(await api("getMe"))).toMatchObject({ can_read_all_group_messages: true });
});

test("emulator-15: an admin who hides writes in the group's name, and a tap still says who it was", async () => {
  const { control, updates, owner, member, group, say, send } = await openTeam({ kind: "supergroup" });
  await control("POST", `/groups/${group}/bot`, { status: "administrator" });
  await control("POST", `/groups/${group}/members`, {
    personId: member,
    status: "administrator",
    anonymous: true,
  });
  await updates();
  await say(member, "from the shadows");
  const { message_id: messageId } = await send("Card", CARD);
  await control("POST", `/people/${member}/taps`, { chatId: group, messageId, data: "claim" });
  expect(await updates()).toMatchObject([
    {
      message: {
        from: { id: 1_087_968_824, username: "GroupAnonymousBot", is_bot: true },
        sender_chat: { id: group, type: "supergroup" },
        text: "from the shadows",
      },
    },
    { callback_query: { from: { id: member } } },
  ]);
  const basic = await openTeam();
  const hide = { personId: basic.owner, status: "creator", anonymous: true };
  expect((await basic.control("POST", `/groups/${basic.group}/members`, hide)).status).toBe(409);
  expect((await control("POST", `/groups/${group}/members`, { ...hide, personId: owner })).status).toBe(200);
});

test.each([
  [{ title: "T", members: [] }, "/members"],
  [{ title: "T", members: ["a"] }, "/members"],
  [{ title: "", members: [1] }, "/title"],
  [{ title: "T", members: [1], kind: "channel" }, "/kind"],
])("refuses the group %j", async (input, pointer) => {
  const { control } = await open("client.fetch");
  const { status, body } = await control("POST", "/groups", input);
  expect([status, body.errors]).toEqual([422, [{ pointer, message: expect.any(String) }]]);
});
