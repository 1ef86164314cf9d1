import { afterEach, describe, expect, test } from "bun:test";
import { Bot, GrammyError } from "grammy";
import { SANDBOX_BOT_TOKEN } from "../sandbox.ts";
import { type OpenSandbox, openSandbox, WAYS } from "../testing/open-sandbox.ts";

const PATIENCE_MS = 5_000;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openWith(way: (typeof WAYS)[number]): Promise<OpenSandbox & { bot: Bot; poll(): void }> {
  const open = await openSandbox(way);
  const bot = new Bot(SANDBOX_BOT_TOKEN, { client: open.client });
  cleanups.push(open.close);
  const poll = () => {
    const running = bot.start();
    cleanups.push(async () => {
      await bot.stop();
      await running;
    });
  };
  return { ...open, bot, poll };
}

describe.each(WAYS)("a grammY bot over %s", (way) => {
  test("emulator-1: signs a person in by deep link and own contact", async () => {
    const { sandbox, bot, control, person, poll } = await openWith(way);
    bot.command("start", (context) =>
      context.reply(`payload ${context.match}`, {
        reply_markup: { keyboard: [[{ text: "Share", request_contact: true }]], one_time_keyboard: true },
      }),
    );
    bot.on("message:contact", (context) => {
      const { message, from } = context;
      const { contact } = message;
      expect([contact.user_id, message.chat.id, message.forward_origin]).toEqual([
        from.id,
        from.id,
        undefined,
      ]);
      return context.reply(`<b>Code</b> for ${contact.phone_number}: <code>123456</code>`, {
        parse_mode: "HTML",
        protect_content: true,
      });
    });
    poll();
    const id = await person({ started: false, phone: "+49 170 1234567" });
    await control("POST", `/people/${id}/start`, { payload: "l_abc" });
    const greeting = await sandbox.waitFor(
      () => sandbox.transcript(id).find(({ from }) => from === "bot"),
      PATIENCE_MS,
    );
    expect(greeting).toMatchObject({ text: "payload l_abc", keyboard: { kind: "keyboard", oneTime: true } });
    await control("POST", `/people/${id}/contact`, {});
    const after = Number(greeting.messageId) + 1;
    const { body } = await control("GET", `/people/${id}/messages?after=${after}&waitMs=5000`);
    expect(body).toMatchObject({
      items: [{ html: "<b>Code</b> for 491701234567: <code>123456</code>", protectContent: true }],
      keyboard: null,
    });
  });

  test("emulator-16: edits its card and answers a tap", async () => {
    const { sandbox, bot, control, person, poll } = await openWith(way);
    bot.command("start", (context) =>
      context.reply("card", {
        reply_markup: {
          inline_keyboard: [
            [
              { text: "Not me", callback_data: "no" },
              { text: "Copy", copy_text: { text: "42" } },
              { text: "Shop", url: "https://example.org" },
            ],
          ],
        },
      }),
    );
    bot.on("callback_query:data", async (context) => {
      await context.editMessageText(`got ${context.callbackQuery.data}`);
      await context.answerCallbackQuery({ text: "done", show_alert: true });
    });
    poll();
    const id = await person();
    const card = await sandbox.waitFor(
      () => sandbox.transcript(id).find(({ text }) => text === "card"),
      PATIENCE_MS,
    );
    expect(card.buttons).toEqual([
      [
        { label: "Not me", data: "no" },
        { label: "Copy", copyText: "42" },
        { label: "Shop", url: "https://example.org" },
      ],
    ]);
    const tap = (button: Record<string, unknown>) =>
      control("POST", `/people/${id}/taps`, { messageId: card.messageId, ...button });
    expect((await tap({ label: "Copy" })).body).toEqual({ copied: "42" });
    expect((await tap({ label: "Shop" })).body).toEqual({ url: "https://example.org" });
    expect((await tap({ label: "Nowhere" })).status).toBe(404);
    const { body } = await tap({ label: "Not me", waitMs: 5_000 });
    expect(body.answer).toEqual({ text: "done", showAlert: true, url: null });
    expect(sandbox.transcript(id).at(-1)).toMatchObject({
      text: "got no",
      buttons: [],
      editedAt: expect.any(String),
    });
    await tap({ data: "forged", waitMs: 5_000 });
    expect(sandbox.transcript(id).at(-1)?.text).toBe("got forged");
  });

  test("emulator-12: is told that it was blocked, and cannot write until it is unblocked", async () => {
    const { sandbox, bot, control, person, poll } = await openWith(way);
    const seen: string[] = [];
    const heard = new Promise<void>((resolve) => {
      bot.on("my_chat_member", ({ myChatMember }) => {
        seen.push(myChatMember.new_chat_member.status);
        if (seen.length === 2) resolve();
      });
    });
    poll();
    const id = await person();
    await control("POST", `/people/${id}/block`, { blocked: true });
    const refusal = await bot.api.sendMessage(id, "x").catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(GrammyError);
    expect(refusal).toMatchObject({ error_code: 403, description: "Forbidden: bot was blocked by the user" });
    await control("POST", `/people/${id}/block`, { blocked: false });
    await heard;
    expect(seen).toEqual(["kicked", "member"]);
    await bot.api.sendMessage(id, "back");
    expect(sandbox.transcript(id).at(-1)?.text).toBe("back");
  });

  test("emulator-16: has a forced reply answered", async () => {
    const { bot, control, person, sandbox } = await openWith(way);
    const id = await person();
    const question = await bot.api.sendMessage(id, "How many?", { reply_markup: { force_reply: true } });
    await control("POST", `/people/${id}/messages`, { text: "7" });
    expect(sandbox.transcript(id).at(-1)).toMatchObject({ text: "7", replyToMessageId: question.message_id });
    const updates = await bot.api.getUpdates();
    expect(updates.at(-1)?.message?.reply_to_message?.message_id).toBe(question.message_id);
  });

  test("emulator-4: sets commands, a menu button, and deletes messages", async () => {
    const { bot, person, sandbox, control } = await openWith(way);
    const id = await person();
    await bot.api.setMyCommands([{ command: "orders", description: "Your orders" }]);
    await bot.api.setMyCommands([{ command: "admin", description: "Admin" }], {
      scope: { type: "chat", chat_id: id },
    });
    expect(await bot.api.getMyCommands()).toEqual([{ command: "orders", description: "Your orders" }]);
    expect((await control("GET", `/people/${id}/messages`)).body.commands).toMatchObject([
      { command: "admin" },
    ]);
    await bot.api.deleteMyCommands({ scope: { type: "chat", chat_id: id } });
    expect((await control("GET", `/people/${id}/messages`)).body.commands).toMatchObject([
      { command: "orders" },
    ]);
    await bot.api.setChatMenuButton({ chat_id: id, menu_button: { type: "commands" } });
    expect(await bot.api.getChatMenuButton({ chat_id: id })).toEqual({ type: "commands" });
    const { message_id } = await bot.api.sendMessage(id, "soon gone");
    await bot.api.deleteMessages(id, [message_id, 999_999]);
    expect(sandbox.transcript(id).map(({ text }) => text)).toEqual(["/start"]);
    expect(await bot.api.getChat(id)).toMatchObject({ id, type: "private", first_name: "Ada" });
    expect(await bot.api.getChatMember(id, id)).toMatchObject({ status: "member" });
  });
});

test("emulator-2: query string, form and JSON inside a string are understood, and method names in any case", async () => {
  const open = await openSandbox("http");
  cleanups.push(open.close);
  const id = await open.person();
  const root = `/bot${SANDBOX_BOT_TOKEN}`;
  const form = new FormData();
  form.set("chat_id", String(id));
  form.set("text", "by multipart");
  form.set("reply_markup", JSON.stringify({ inline_keyboard: [[{ text: "a", callback_data: "b" }]] }));
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  await open.raw(`${root}/SENDMESSAGE?chat_id=${id}&text=by+query`);
  await open.raw(`${root}/sendmessage`, { method: "POST", headers, body: `chat_id=${id}&text=by+form` });
  await open.raw(`${root}/sendMessage`, { method: "POST", body: form });
  const sent = open.sandbox.transcript(id).slice(1);
  expect(sent.map(({ text }) => text)).toEqual(["by query", "by form", "by multipart"]);
  expect(sent.at(-1)?.buttons).toEqual([[{ label: "a", data: "b" }]]);
});

test("emulator-2: any HTTP method calls, and the status of the answer is the one in the envelope", async () => {
  const open = await openSandbox("http");
  cleanups.push(open.close);
  const id = await open.person();
  const call = async (method: string, text: string) => {
    const answer = await open.raw(`/bot${SANDBOX_BOT_TOKEN}/sendMessage?chat_id=${id}&text=${text}`, {
      method,
    });
    return [answer.status, await answer.json()];
  };
  for (const method of ["GET", "POST", "PUT", "DELETE"])
    expect(await call(method, method)).toMatchObject([200, { ok: true, result: { text: method } }]);
  expect(await call("GET", "")).toEqual([
    400,
    { ok: false, error_code: 400, description: "Bad Request: message text is empty" },
  ]);
  const large = await open.raw(`/bot${SANDBOX_BOT_TOKEN}/sendMessage`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ chat_id: id, text: "x".repeat(1_000_001) }),
  });
  expect([large.status, (await large.json()).error_code]).toEqual([413, 413]);
});
