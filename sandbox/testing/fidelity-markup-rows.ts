import type { FidelityRow } from "./fidelity-rows.ts";

const ENTITIES = "TDLib MessageEntity.cpp";
const MARKUP = "TDLib ReplyMarkup.cpp";

const html = (text: string) => ({ chat_id: "started", text, parse_mode: "HTML" });
const markdown = (text: string) => ({ chat_id: "started", text, parse_mode: "MarkdownV2" });
const refused = (text: string) => `Bad Request: can't parse entities: ${text}`;
const entityRow = (parameters: Record<string, unknown>, text: string): FidelityRow => [
  "emulator-9",
  ENTITIES,
  "sendMessage",
  parameters,
  refused(text),
];

const HTML_ROWS: readonly FidelityRow[] = [
  entityRow(html("<b>x"), 'Can\'t find end tag corresponding to start tag "b"'),
  entityRow(html("é<x>y</x>"), 'Unsupported start tag "x" at byte offset 2'),
  entityRow(html("a < b"), 'Unsupported start tag "" at byte offset 2'),
  entityRow(html("1 <2"), "Unclosed start tag at byte offset 2"),
  entityRow(html("<b>x</i>"), 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
  entityRow(html("x</b>"), "Unexpected end tag at byte offset 1"),
  entityRow(html("<b>x</b"), "Unclosed end tag at byte offset 4"),
  entityRow(html("<span>x</span>"), 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
  entityRow(
    html('<a href "x">y</a>'),
    'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
  ),
  entityRow(html("<a =x>y</a>"), 'Empty attribute name in the tag "a" at byte offset 0'),
  entityRow(html("<a href=x:y>z</a>"), "Unexpected end of name token at byte offset 8"),
];

const reserved = (character: string) =>
  `Character '${character}' is reserved and must be escaped with the preceding '\\'`;

const MARKDOWN_ROWS: readonly FidelityRow[] = [
  entityRow(markdown("1.5"), reserved(".")),
  entityRow(markdown("10 - 2"), reserved("-")),
  entityRow(markdown("a > b"), reserved(">")),
  entityRow(markdown("\\.> b"), reserved(">")),
  entityRow(markdown("a | b"), reserved("|")),
  entityRow(markdown("wow!"), reserved("!")),
  entityRow(markdown("é *x"), "Can't find end of Bold entity at byte offset 3"),
  entityRow(markdown("_x"), "Can't find end of Italic entity at byte offset 0"),
  entityRow(markdown("`x"), "Can't find end of Code entity at byte offset 0"),
  entityRow(markdown("```ts\nx"), "Can't find end of PreCode entity at byte offset 0"),
  entityRow(markdown("[x"), "Can't find end of TextUrl entity at byte offset 0"),
  entityRow(markdown("[x](https://a.example"), "Can't find end of a URL at byte offset 4"),
  entityRow(markdown("![x]"), "The entity must contain a tg://emoji or tg://time URL"),
  entityRow(markdown("![x](https://a.example)"), "Invalid tg://emoji or tg://time URL specified"),
  entityRow(markdown(">*quote\nx"), "Can't find end of Bold entity at byte offset 1"),
];

const inline = (button: unknown) => ({
  chat_id: "started",
  text: "x",
  reply_markup: { inline_keyboard: [[button]] },
});
const key = (button: unknown, chat_id = "started") => ({
  chat_id,
  text: "x",
  reply_markup: { keyboard: [[button]] },
});
const keyboardRow = (
  source: FidelityRow[1],
  parameters: Record<string, unknown>,
  text: string,
): FidelityRow => ["emulator-9", source, "sendMessage", parameters, `Bad Request: ${text}`];

const KEYBOARD_ROWS: readonly FidelityRow[] = [
  keyboardRow("Client", { ...html("x"), parse_mode: "XML" }, "unsupported parse_mode"),
  keyboardRow(
    "own",
    { ...html("x"), parse_mode: "Markdown" },
    "the sandbox does not model parse_mode Markdown, which is out of date; use HTML or MarkdownV2",
  ),
  keyboardRow(
    "Client",
    inline({ text: "x" }),
    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
  ),
  keyboardRow(
    "Client",
    inline("x"),
    "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
  ),
  keyboardRow(
    "Client",
    inline({ text: "x", callback_data: "y", style: "loud" }),
    "can't parse inline keyboard button: invalid button style specified",
  ),
  keyboardRow(
    "Client",
    key({ text: "x", style: "loud" }),
    "can't parse keyboard button: invalid button style specified",
  ),
  keyboardRow("known", inline({ text: "x", callback_data: "é".repeat(33) }), "BUTTON_DATA_INVALID"),
  keyboardRow(
    MARKUP,
    inline({ text: " ", callback_data: "y" }),
    "inline keyboard button text must be non-empty",
  ),
  keyboardRow(MARKUP, key({ text: "" }), "keyboard button text must be non-empty"),
  keyboardRow(
    MARKUP,
    inline({ text: "x", url: "http://localhost:3000" }),
    "inline keyboard button URL 'http://localhost:3000' is invalid: Wrong HTTP URL",
  ),
  keyboardRow(
    MARKUP,
    key({ text: "x", request_contact: true }, "supergroup"),
    "phone number can be requested in private chats only",
  ),
  keyboardRow(
    MARKUP,
    key({ text: "x", request_location: true }, "supergroup"),
    "location can be requested in private chats only",
  ),
  keyboardRow(
    MARKUP,
    key({ text: "x", web_app: { url: "https://shop.example" } }, "supergroup"),
    "Web App buttons can be used in private chats only",
  ),
  keyboardRow(
    "Client",
    { chat_id: "started", text: "x", reply_markup: "{" },
    "can't parse reply keyboard markup JSON object",
  ),
];

/** Refusals of texts with markup, and of keyboards. */
export const MARKUP_ROWS: readonly FidelityRow[] = [...HTML_ROWS, ...MARKDOWN_ROWS, ...KEYBOARD_ROWS];
