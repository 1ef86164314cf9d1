import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type OpenSandbox, openSandbox, WAYS } from "../testing/open-sandbox.ts";

/**
 * Where a row's text comes from. Client: read in the official server's telegram-bot-api/Client.cpp; TDLib: read in
 * td/telegram/MessageEntity.cpp; known: common knowledge of the field, not read in either; own: the sandbox's.
 */
type Source = "Client" | "TDLib" | "known" | "own";
type Parameters = Record<string, unknown>;

interface People {
  started: number;
  fresh: number;
  blocked: number;
  /** Ids of messages in the chat of `started`. */
  plain: number;
  withKeyboard: number;
  fromPerson: number;
}

type Row = [
  source: Source,
  method: string,
  parameters: (people: People) => Parameters,
  status: number,
  text: string,
];

const html = (text: string) => (people: People) => ({ chat_id: people.started, text, parse_mode: "HTML" });
const button = (inline: unknown) => (people: People) => ({
  chat_id: people.started,
  text: "x",
  reply_markup: { inline_keyboard: [[inline]] },
});
const edit =
  (messageId: (people: People) => number, text = "new") =>
  (people: People) => ({
    chat_id: people.started,
    message_id: messageId(people),
    text,
  });
const parseError = (text: string) => `Bad Request: can't parse entities: ${text}`;

const ROWS: Row[] = [
  ["Client", "noSuchMethod", () => ({}), 404, "Not Found: method not found"],
  ["own", "sendDice", () => ({}), 501, "Not Implemented: the sandbox does not model the method sendDice"],
  ["Client", "sendMessage", () => ({ text: "x" }), 400, "Bad Request: chat_id is empty"],
  ["Client", "sendMessage", () => ({ chat_id: 5, text: "x" }), 400, "Bad Request: chat not found"],
  [
    "Client",
    "sendMessage",
    (p) => ({ chat_id: p.started, text: "" }),
    400,
    "Bad Request: message text is empty",
  ],
  [
    "Client",
    "sendMessage",
    (p) => ({ chat_id: p.started, text: " \n " }),
    400,
    "Bad Request: message text is empty",
  ],
  [
    "known",
    "sendMessage",
    (p) => ({ chat_id: p.started, text: "x".repeat(4_097) }),
    400,
    "Bad Request: message is too long",
  ],
  [
    "Client",
    "sendMessage",
    (p) => ({ chat_id: p.started, text: "x".repeat(32_769) }),
    400,
    "Bad Request: text is too long",
  ],
  [
    "known",
    "sendMessage",
    (p) => ({ chat_id: p.fresh, text: "x" }),
    403,
    "Forbidden: bot can't initiate conversation with a user",
  ],
  [
    "Client",
    "sendMessage",
    (p) => ({ chat_id: p.blocked, text: "x" }),
    403,
    "Forbidden: bot was blocked by the user",
  ],
  [
    "Client",
    "sendMessage",
    (p) => ({ chat_id: p.started, text: "x", parse_mode: "XML" }),
    400,
    "Bad Request: unsupported parse_mode",
  ],
  [
    "own",
    "sendMessage",
    (p) => ({ chat_id: p.started, text: "x", parse_mode: "MarkdownV2" }),
    400,
    "Bad Request: the sandbox does not model parse_mode MarkdownV2; use HTML",
  ],
  [
    "own",
    "sendMessage",
    (p) => ({ chat_id: p.started, text: "x", message_thread_id: 1 }),
    400,
    "Bad Request: the sandbox does not model the parameter message_thread_id of sendMessage",
  ],
  [
    "Client",
    "sendMessage",
    (p) => ({ chat_id: p.started, text: "x", reply_parameters: { message_id: 999_999 } }),
    400,
    "Bad Request: message to be replied not found",
  ],
  [
    "known",
    "sendMessage",
    html("<b>x"),
    400,
    parseError('Can\'t find end tag corresponding to start tag "b"'),
  ],
  ["TDLib", "sendMessage", html("é<x>y</x>"), 400, parseError('Unsupported start tag "x" at byte offset 2')],
  ["TDLib", "sendMessage", html("a < b"), 400, parseError('Unsupported start tag "" at byte offset 2')],
  ["TDLib", "sendMessage", html("1 <2"), 400, parseError("Unclosed start tag at byte offset 2")],
  [
    "TDLib",
    "sendMessage",
    html("<b>x</i>"),
    400,
    parseError('Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
  ],
  ["TDLib", "sendMessage", html("x</b>"), 400, parseError("Unexpected end tag at byte offset 1")],
  ["TDLib", "sendMessage", html("<b>x</b"), 400, parseError("Unclosed end tag at byte offset 4")],
  [
    "TDLib",
    "sendMessage",
    html("<span>x</span>"),
    400,
    parseError('Tag "span" must have class "tg-spoiler" at byte offset 0'),
  ],
  [
    "TDLib",
    "sendMessage",
    html('<a href "x">y</a>'),
    400,
    parseError('Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
  ],
  [
    "TDLib",
    "sendMessage",
    html("<a =x>y</a>"),
    400,
    parseError('Empty attribute name in the tag "a" at byte offset 0'),
  ],
  [
    "TDLib",
    "sendMessage",
    html("<a href=x:y>z</a>"),
    400,
    parseError("Unexpected end of name token at byte offset 8"),
  ],
  [
    "Client",
    "sendMessage",
    button({ text: "x" }),
    400,
    "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
  ],
  [
    "Client",
    "sendMessage",
    button("x"),
    400,
    "Bad Request: can't parse inline keyboard button: InlineKeyboardButton must be an Object",
  ],
  [
    "known",
    "sendMessage",
    button({ text: "x", callback_data: "é".repeat(33) }),
    400,
    "Bad Request: BUTTON_DATA_INVALID",
  ],
  [
    "known",
    "sendMessage",
    button({ text: "x", url: "http://localhost:3000" }),
    400,
    "Bad Request: inline keyboard button URL 'http://localhost:3000' is invalid: Wrong HTTP URL",
  ],
  [
    "Client",
    "sendMessage",
    (p) => ({ chat_id: p.started, text: "x", reply_markup: "{" }),
    400,
    "Bad Request: can't parse reply keyboard markup JSON object",
  ],
  ["Client", "editMessageText", edit(() => 999_999), 400, "Bad Request: message to edit not found"],
  [
    "Client",
    "editMessageText",
    edit((p) => p.plain, "plain"),
    400,
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
  ],
  ["Client", "editMessageText", edit((p) => p.fromPerson), 400, "Bad Request: message can't be edited"],
  ["known", "editMessageText", edit((p) => p.withKeyboard), 400, "Bad Request: message can't be edited"],
  [
    "Client",
    "deleteMessage",
    (p) => ({ chat_id: p.started, message_id: 999_999 }),
    400,
    "Bad Request: message to delete not found",
  ],
  [
    "Client",
    "deleteMessages",
    (p) => ({ chat_id: p.started, message_ids: [] }),
    400,
    "Bad Request: message identifiers are not specified",
  ],
  [
    "Client",
    "answerCallbackQuery",
    () => ({ callback_query_id: "1" }),
    400,
    "Bad Request: query is too old and response timeout expired or query ID is invalid",
  ],
  [
    "known",
    "answerCallbackQuery",
    () => ({ callback_query_id: "1", text: "x".repeat(201) }),
    400,
    "Bad Request: MESSAGE_TOO_LONG",
  ],
  [
    "Client",
    "sendChatAction",
    (p) => ({ chat_id: p.started, action: "dancing" }),
    400,
    "Bad Request: wrong parameter action in request",
  ],
  [
    "known",
    "setMyCommands",
    () => ({ commands: [{ command: "No Good", description: "x" }] }),
    400,
    "Bad Request: BOT_COMMAND_INVALID",
  ],
  ["Client", "getChat", (p) => ({ chat_id: p.fresh }), 400, "Bad Request: chat not found"],
];

describe.each(WAYS)("refusals over %s", (way) => {
  let open: OpenSandbox;
  let people: People;

  beforeAll(async () => {
    open = await openSandbox(way);
    const started = await open.person();
    const blocked = await open.person();
    await open.control("POST", `/people/${blocked}/block`, { blocked: true });
    const send = async (parameters: Parameters) =>
      Number(
        ((await open.api("sendMessage", { chat_id: started, ...parameters })).body.result as Parameters)
          .message_id,
      );
    people = {
      started,
      blocked,
      fresh: await open.person({ started: false }),
      plain: await send({ text: "plain" }),
      withKeyboard: await send({ text: "keys", reply_markup: { keyboard: [["a"]] } }),
      fromPerson: Number(
        (await open.control("POST", `/people/${started}/messages`, { text: "hi" })).body.messageId,
      ),
    };
  });
  afterAll(() => open.close());

  test.each(ROWS)(
    "(%s) %s is refused in Telegram's words",
    async (_source, method, parameters, status, text) => {
      const answer = await open.api(method, parameters(people));
      expect(answer.body).toEqual({ ok: false, error_code: status, description: text });
      expect(answer.status).toBe(status);
    },
  );

  test("a wrong token and a malformed one are told apart", async () => {
    const wrong = await open.raw(`/bot7000000001:${"x".repeat(35)}/getMe`);
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      { ok: false, error_code: 401, description: "Unauthorized" },
    ]);
    const malformed = await open.raw("/botnonsense/getMe");
    expect((await malformed.json()).description).toBe("Unauthorized: invalid token specified");
  });

  test("another path is not found", async () => {
    const answer = await open.raw("/elsewhere");
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { ok: false, error_code: 404, description: "Not Found" },
    ]);
  });
});
