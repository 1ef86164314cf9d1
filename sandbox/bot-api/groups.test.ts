import { afterEach, expect, test } from "bun:test";
import { resultOf } from "../testing/open-sandbox.ts";
import { openTeam as openTeamFor } from "../testing/open-team.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openTeam(...input: Parameters<typeof openTeamFor>) {
  const opened = await openTeamFor(...input);
  cleanups.push(opened.close);
  return opened;
}

test("emulator-4: the bot asks who is in a group, and leaves it", async () => {
  const { api, group, owner, member, person, updates } = await openTeam({ kind: "supergroup" });
  const stranger = await person();
  await updates();
  const memberOf = async (userId: number) =>
    resultOf(await api("getChatMember", { chat_id: group, user_id: userId })).status;
  expect([await memberOf(owner), await memberOf(member), await memberOf(stranger)]).toEqual([
    "creator",
    "member",
    "left",
  ]);
  expect(resultOf(await api("getChat", { chat_id: group }))).toMatchObject({ id: group, title: "Team" });
  expect((await api("getChatAdministrators", { chat_id: group })).body.result).toMatchObject([
    { status: "creator", user: { id: owner } },
  ]);
  expect((await api("getChatMemberCount", { chat_id: group })).body.result).toBe(3);
  expect((await api("leaveChat", { chat_id: group })).body.result).toBe(true);
  expect((await api("getChat", { chat_id: group })).body.description).toBe(
    "Forbidden: bot is not a member of the supergroup chat",
  );
  expect(await updates()).toMatchObject([
    { my_chat_member: { from: { is_bot: true }, new_chat_member: { status: "left" } } },
    { message: { left_chat_member: { is_bot: true } } },
  ]);
});

test("emulator-16: in a group a keyboard is on every screen, or only on those that it is meant for", async () => {
  const { control, group, owner, member, say, send, api } = await openTeam();
  const shown = async (id: number) =>
    (await control("GET", `/people/${id}/messages?chatId=${group}`)).body.keyboard;
  await send("All", { reply_markup: { keyboard: [["A"]], one_time_keyboard: true } });
  expect([await shown(owner), await shown(member)]).toMatchObject([
    { kind: "keyboard" },
    { kind: "keyboard" },
  ]);
  await say(owner, "A");
  expect([await shown(owner), await shown(member)]).toMatchObject([null, { kind: "keyboard" }]);
  await send("None", { reply_markup: { remove_keyboard: true } });
  await send("@max_m, how many?", { reply_markup: { force_reply: true, selective: true } });
  expect([await shown(owner), await shown(member)]).toMatchObject([null, { kind: "forceReply" }]);
  await say(member, "7");
  expect(await shown(member)).toBeNull();
  const contact = { reply_markup: { keyboard: [[{ text: "Phone", request_contact: true }]] } };
  expect((await api("sendMessage", { chat_id: group, text: "x", ...contact })).body.description).toBe(
    "Bad Request: phone number can be requested in private chats only",
  );
});

test("emulator-10: in a group an admin bot deletes what others wrote, and another bot does not", async () => {
  const { api, group, member, say, control, sandbox } = await openTeam({ kind: "supergroup" });
  const { body } = await say(member, "/spam");
  const erase = async () => (await api("deleteMessage", { chat_id: group, message_id: body.messageId })).body;
  expect((await erase()).description).toBe("Bad Request: message can't be deleted");
  await control("POST", `/groups/${group}/bot`, { status: "administrator" });
  expect((await erase()).ok).toBe(true);
  expect(sandbox.transcript(group).some(({ text }) => text === "/spam")).toBe(false);
});

test("emulator-4: commands are shown by the narrowest scope that has any, for members and for admins", async () => {
  const { api, control, group, owner, member } = await openTeam();
  const set = (command: string, scope?: Record<string, unknown>) =>
    api("setMyCommands", { commands: [{ command, description: "x" }], ...(scope ? { scope } : {}) });
  const shown = async (id: number) =>
    (
      (await control("GET", `/people/${id}/messages?chatId=${group}`)).body.commands as { command: string }[]
    )[0]?.command;
  await set("everywhere");
  await set("groups", { type: "all_group_chats" });
  await set("admins", { type: "chat_administrators", chat_id: group });
  expect([await shown(owner), await shown(member)]).toEqual(["admins", "groups"]);
  await set("only_max", { type: "chat_member", chat_id: group, user_id: member });
  expect(await shown(member)).toBe("only_max");
  expect((await control("GET", "/bot")).body.commandLists).toContainEqual({
    scope: { type: "chat_member", chatId: group, userId: member },
    language: "",
    commands: [{ command: "only_max", description: "x" }],
  });
});
