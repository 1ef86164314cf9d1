import { afterEach, describe, expect, test } from "bun:test";
import { CONTROL_TOKEN, type OpenSandbox, openSandbox, resultOf, WAYS } from "../testing/open-sandbox.ts";
import { createVirtualTime } from "../testing/virtual-time.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(...input: Parameters<typeof openSandbox>): Promise<OpenSandbox> {
  const opened = await openSandbox(...input);
  cleanups.push(opened.close);
  return opened;
}

const APP_KEYBOARD = {
  keyboard: [
    [
      { text: "Sizes", web_app: { url: "https://shop.example/sizes" } },
      { text: "Where am I", request_location: true },
    ],
  ],
};

describe.each(WAYS)("what a person sends over %s", (way) => {
  test("emulator-5: a place, a picture, data of a Mini App and a correction reach the bot as what they are", async () => {
    const { person, control, updates, api } = await open(way);
    const id = await person();
    await updates();
    await api("sendMessage", { chat_id: id, text: "Choose", reply_markup: APP_KEYBOARD });
    await control("POST", `/people/${id}/location`, { latitude: 52.5, longitude: 13.4 });
    await control("POST", `/people/${id}/photo`, { caption: "👍 /help", width: 800, height: 600 });
    await control("POST", `/people/${id}/web-app-data`, { label: "Sizes", data: '{"size":"M"}' });
    const said = await control("POST", `/people/${id}/messages`, { text: "tow" });
    await control("POST", `/people/${id}/edits`, { messageId: said.body.messageId, text: "two /orders" });
    expect(await updates()).toMatchObject([
      { message: { location: { latitude: 52.5, longitude: 13.4 } } },
      {
        message: {
          photo: [{ width: 800, height: 600, file_id: expect.any(String) }],
          caption: "👍 /help",
          caption_entities: [{ type: "bot_command", offset: 3, length: 5 }],
        },
      },
      { message: { web_app_data: { data: '{"size":"M"}', button_text: "Sizes" } } },
      { message: { text: "tow" } },
      {
        edited_message: {
          message_id: said.body.messageId,
          text: "two /orders",
          entities: [{ type: "bot_command", offset: 4, length: 7 }],
          edit_date: expect.any(Number),
        },
      },
    ]);
  });

  test("emulator-15: a message is forwarded with its author, and one that is protected is not", async () => {
    const { person, control, updates, api, group } = await open(way);
    const id = await person();
    const team = await group([id], { kind: "supergroup" });
    await control("POST", `/groups/${team}/bot`, { status: "administrator" });
    await updates();
    const fromBot = resultOf(
      await api("sendMessage", { chat_id: id, text: "<b>Card</b>", parse_mode: "HTML" }),
    );
    const secret = resultOf(await api("sendMessage", { chat_id: id, text: "123456", protect_content: true }));
    const forward = (messageId: unknown, chatId?: number) =>
      control("POST", `/people/${id}/forwards`, { messageId, ...(chatId ? { chatId } : {}) });
    expect((await forward(fromBot.message_id, team)).status).toBe(201);
    expect((await forward(fromBot.message_id)).status).toBe(201);
    expect((await forward(secret.message_id)).status).toBe(409);
    expect(await updates()).toMatchObject([
      {
        message: {
          chat: { id: team },
          from: { id },
          text: "Card",
          entities: [{ type: "bold" }],
          forward_origin: { type: "user", sender_user: { is_bot: true } },
        },
      },
      { message: { chat: { id }, forward_origin: { type: "user" } } },
    ]);
  });
});

test("emulator-15: only an own text is edited, for 48 hours, and what is not there not at all", async () => {
  const time = createVirtualTime();
  const { person, control, api } = await open("client.fetch", { clock: time.clock, timers: time.timers });
  const id = await person();
  const card = resultOf(await api("sendMessage", { chat_id: id, text: "Card" }));
  const said = await control("POST", `/people/${id}/messages`, { text: "mine" });
  const edit = async (messageId: unknown) =>
    (await control("POST", `/people/${id}/edits`, { messageId, text: "changed" })).status;
  expect([await edit(card.message_id), await edit(999_999)]).toEqual([409, 404]);
  await time.advance(48 * 60 * 60 * 1_000 + 1);
  expect(await edit(said.body.messageId)).toBe(409);
});

test("emulator-12: who has deleted the account does nothing any more, and the bot gets 403", async () => {
  const { person, control, api } = await open("client.fetch");
  const id = await person({ phone: "+12025550177" });
  expect((await control("POST", `/people/${id}/deactivate`)).body).toMatchObject({ deactivated: true });
  expect(await api("sendMessage", { chat_id: id, text: "x" })).toMatchObject({
    status: 403,
    body: { description: "Forbidden: user is deactivated" },
  });
  for (const [path, body] of [
    ["messages", { text: "hi" }],
    ["start", {}],
    ["init-data", {}],
    ["block", { blocked: true }],
  ] as const)
    expect((await control("POST", `/people/${id}/${path}`, body)).status).toBe(409);
  const next = await control("POST", "/people", { firstName: "New", phone: "+12025550177" });
  expect([next.status, next.body.id === id]).toEqual([201, false]);
});

test("emulator-16: keyboards, copy buttons, styles and menu buttons are kept and can be looked at", async () => {
  const { person, control, api, updates, sandbox } = await open("client.fetch");
  const id = await person();
  await updates();
  await api("sendMessage", {
    chat_id: id,
    text: "Card",
    reply_markup: {
      inline_keyboard: [
        [
          { text: "Ship", callback_data: "s", style: "primary" },
          { text: "Copy", copy_text: { text: "42" }, style: "default" },
        ],
      ],
    },
  });
  await api("sendMessage", {
    chat_id: id,
    text: "Phone?",
    reply_markup: {
      keyboard: [[{ text: "Share", request_contact: true, style: "success" }]],
      one_time_keyboard: true,
      input_field_placeholder: "or type",
    },
  });
  await api("setChatMenuButton", { chat_id: id, menu_button: { type: "commands" } });
  expect(sandbox.transcript(id).at(1)?.buttons).toEqual([
    [
      { label: "Ship", data: "s", style: "primary" },
      { label: "Copy", copyText: "42" },
    ],
  ]);
  const keyboard = {
    kind: "keyboard",
    rows: [[{ text: "Share", request_contact: true, style: "success" }]],
    oneTime: true,
    placeholder: "or type",
  };
  expect((await control("GET", `/people/${id}`)).body.keyboard).toMatchObject(keyboard);
  expect((await control("GET", "/bot")).body.menuButtons).toEqual([
    { chatId: id, button: { type: "commands" } },
  ]);
  await control("POST", `/people/${id}/contact`);
  expect(await updates()).toMatchObject([{ message: { contact: { user_id: id, first_name: "Ada" } } }]);
  expect((await control("GET", `/people/${id}`)).body.keyboard).toBeNull();
});

test("data of a Mini App need a button, unless the client is a tampered one", async () => {
  const { person, control } = await open("client.fetch");
  const id = await person();
  const send = (body: unknown) => control("POST", `/people/${id}/web-app-data`, body);
  expect((await send({ label: "Sizes", data: "x" })).status).toBe(404);
  expect((await send({ buttonText: "Sizes", data: "x" })).status).toBe(201);
  expect((await send({ data: "x" })).body.errors).toMatchObject([{ pointer: "/buttonText" }]);
});

test("emulator-18: a transcript is text that says who wrote what, with keyboards and edits", async () => {
  const { person, control, api, raw, sandbox } = await open("http");
  const id = await person();
  const card = resultOf(
    await api("sendMessage", {
      chat_id: id,
      text: "Order 7\nreceived",
      reply_markup: {
        inline_keyboard: [[{ text: "Pay", callback_data: "p" }], [{ text: "Cancel", callback_data: "c" }]],
      },
    }),
  );
  await api("editMessageText", {
    chat_id: id,
    message_id: card.message_id,
    text: "Order 7\npaid",
    reply_markup: { inline_keyboard: [[{ text: "Cancel", callback_data: "c" }]] },
  });
  await api("sendMessage", {
    chat_id: id,
    text: "Phone?",
    reply_markup: { keyboard: [[{ text: "Share", request_contact: true }, "No"]] },
  });
  await control("POST", `/people/${id}/contact`);
  const answer = await raw(`/api/people/${id}/transcript`, { headers: { "x-sandbox-token": CONTROL_TOKEN } });
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  const text = await answer.text();
  expect(text.replace(/\+\d+/, "<phone>")).toBe(
    [
      "Ada: /start",
      "Bot: Order 7",
      "  paid",
      "  was: Order 7 / received",
      "  [Cancel]",
      "Bot: Phone?",
      "  keyboard: [Share] [No]",
      "Ada: (contact) Ada <phone>",
      "",
    ].join("\n"),
  );
  expect(sandbox.transcriptText(id)).toBe(text);
  expect((await control("GET", `/people/${id}/transcript?format=json`)).body.items).toMatchObject([
    { text: "/start" },
    { text: "Order 7\npaid", earlierTexts: ["Order 7\nreceived"] },
    { text: "Phone?" },
    { contact: { firstName: "Ada" } },
  ]);
});

test("emulator-18: who waits for a message gets it when it comes", async () => {
  const { person, control, api, sandbox } = await open("client.fetch");
  const id = await person();
  const waiting = control("GET", `/people/${id}/messages?after=1&waitSeconds=20`);
  await api("sendMessage", { chat_id: id, text: "here" });
  expect((await waiting).body.items).toMatchObject([{ text: "here" }]);
  expect(sandbox.outbox().at(-1)).toMatchObject({
    seq: expect.any(Number),
    method: "sendMessage",
    params: { text: "here" },
    status: 200,
    applied: true,
  });
});
