import { isRecord } from "../json.ts";
import { badRequest, notModelled } from "./errors.ts";
import { type CallParameters, jsonParameter } from "./parameters.ts";
import type { InlineButton, KeyboardButton, ReplyMarkup } from "./types.ts";

const CALLBACK_DATA_LIMIT_BYTES = 64;
const COPY_TEXT_LIMIT = 256;
/** Buttons that one keyboard may hold. */
const BUTTONS_LIMIT = 300;
/** Kinds of inline button Telegram has and the sandbox does not. */
const UNMODELLED_INLINE = [
  "callback_game",
  "pay",
  "login_url",
  "switch_inline_query",
  "switch_inline_query_current_chat",
  "switch_inline_query_chosen_chat",
];
const UNMODELLED_KEYBOARD = ["request_poll", "request_users", "request_chat", "request_managed_bot"];
const STYLES = new Set(["primary", "success", "danger"]);

/** Reads `reply_markup`; null when there is none (an empty keyboard counts as none, as in the official server). */
export function readReplyMarkup(parameters: CallParameters): ReplyMarkup | null {
  const value = jsonParameter(parameters, "reply_markup", "can't parse reply keyboard markup JSON object");
  if (value === undefined) return null;
  if (!isRecord(value)) throw badRequest("object expected as reply markup");
  const keyboard = readRows(value.keyboard, KEYBOARD_WORDS, readKeyboardButton);
  if (keyboard.length > 0) return keyboardMarkup(keyboard, value);
  const inline = readRows(value.inline_keyboard, INLINE_WORDS, readInlineButton);
  if (inline.length > 0) return { kind: "inline", rows: inline };
  if (value.remove_keyboard === true) return { kind: "remove", ...selectiveOf(value) };
  if (value.force_reply === true)
    return { kind: "forceReply", placeholder: placeholderOf(value), ...selectiveOf(value) };
  return null;
}

interface KeyboardWords {
  rowsExpected: string;
  button: string;
}
const KEYBOARD_WORDS: KeyboardWords = {
  rowsExpected: 'field "keyboard" must be an Array of Arrays',
  button: "keyboard button",
};
const INLINE_WORDS: KeyboardWords = {
  rowsExpected: 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
  button: "inline keyboard button",
};

function readRows<Button>(
  value: unknown,
  words: KeyboardWords,
  readButton: (value: unknown) => Button,
): Button[][] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((row) => Array.isArray(row)))
    throw badRequest(words.rowsExpected);
  if (value.flat().length > BUTTONS_LIMIT) throw badRequest("reply markup is too long");
  return value
    .map((row: unknown[]) => row.map((button) => readButton(button)))
    .filter((row) => row.length > 0);
}

function keyboardMarkup(rows: KeyboardButton[][], value: Record<string, unknown>): ReplyMarkup {
  return {
    kind: "keyboard",
    rows,
    oneTime: value.one_time_keyboard === true,
    resize: value.resize_keyboard === true,
    persistent: value.is_persistent === true,
    placeholder: placeholderOf(value),
    ...selectiveOf(value),
  };
}

function selectiveOf(value: Record<string, unknown>): { selective?: true } {
  return value.selective === true ? { selective: true } : {};
}

function placeholderOf(value: Record<string, unknown>): string | null {
  const placeholder = value.input_field_placeholder;
  return typeof placeholder === "string" ? placeholder : null;
}

function readKeyboardButton(value: unknown): KeyboardButton {
  if (typeof value === "string") return { text: value };
  if (!isRecord(value)) {
    throw badRequest("can't parse keyboard button: KeyboardButton must be a String or an Object");
  }
  refuseKinds(value, UNMODELLED_KEYBOARD, "keyboard buttons");
  const text = buttonText(value, KEYBOARD_WORDS.button);
  return {
    text,
    ...(value.request_contact === true ? { request_contact: true } : {}),
    ...(value.request_location === true ? { request_location: true } : {}),
    ...webAppOf(value),
    ...styleOf(value, KEYBOARD_WORDS.button),
  };
}

function readInlineButton(value: unknown): InlineButton {
  if (!isRecord(value)) {
    throw badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object");
  }
  const text = buttonText(value, INLINE_WORDS.button);
  return { text, ...inlineAction(value), ...styleOf(value, INLINE_WORDS.button) };
}

function buttonText(value: Record<string, unknown>, kind: string): string {
  const text = value.text;
  if (typeof text !== "string") throw badRequest(`can't parse ${kind}: Can't find field "text"`);
  if (text.trim() === "") throw badRequest(`${kind} text must be non-empty`);
  return text;
}

/** The colour of a button; `default` is none, as in the official server. */
function styleOf(value: Record<string, unknown>, kind: string): { style?: string } {
  const style = typeof value.style === "string" ? value.style.toLowerCase() : "";
  if (style === "" || style === "default") return {};
  if (!STYLES.has(style)) throw badRequest(`can't parse ${kind}: invalid button style specified`);
  return { style };
}

function webAppOf({ web_app: webApp }: Record<string, unknown>): { web_app?: { url: string } } {
  return isRecord(webApp) && typeof webApp.url === "string" ? { web_app: { url: webApp.url } } : {};
}

function refuseKinds(value: Record<string, unknown>, kinds: readonly string[], where: string): void {
  const kind = kinds.find((name) => value[name] !== undefined);
  if (kind !== undefined) throw notModelled(`${kind} in ${where}`);
}

/** What the button does; the order of precedence is the official server's. */
function inlineAction(value: Record<string, unknown>): Partial<InlineButton> {
  const { url, callback_data: data, copy_text: copyText } = value;
  if (typeof url === "string" && url !== "") return { url: checkedButtonUrl(url) };
  if (typeof data === "string" && data !== "") return { callback_data: checkedCallbackData(data) };
  refuseKinds(value, UNMODELLED_INLINE, "inline buttons");
  const webApp = webAppOf(value);
  if (webApp.web_app !== undefined) return webApp;
  if (isRecord(copyText) && typeof copyText.text === "string") {
    return { copy_text: { text: checkedCopyText(copyText.text) } };
  }
  throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
}

function checkedCallbackData(data: string): string {
  if (new TextEncoder().encode(data).length > CALLBACK_DATA_LIMIT_BYTES)
    throw badRequest("BUTTON_DATA_INVALID");
  return data;
}

function checkedCopyText(text: string): string {
  if (text === "" || text.length > COPY_TEXT_LIMIT) throw badRequest("BUTTON_COPY_TEXT_INVALID");
  return text;
}

/** Telegram takes only addresses it could open: a host without a dot, such as `localhost`, is refused. */
function checkedButtonUrl(url: string): string {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `http://${url}`;
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  const isWeb = parsed?.protocol === "http:" || parsed?.protocol === "https:";
  const isOwn = parsed?.protocol === "tg:" || parsed?.protocol === "ton:";
  if (isOwn || (isWeb && parsed?.hostname.includes("."))) return address;
  throw badRequest(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
}

const PRIVATE_ONLY = [
  ["request_contact", "phone number can be requested in private chats only"],
  ["request_location", "location can be requested in private chats only"],
  ["web_app", "Web App buttons can be used in private chats only"],
] as const;

/** Refuses what a keyboard may not ask for in a group (TDLib, ReplyMarkup.cpp). */
export function refuseInGroups(markup: ReplyMarkup | null): void {
  if (markup?.kind !== "keyboard") return;
  const buttons = markup.rows.flat();
  for (const [name, text] of PRIVATE_ONLY)
    if (buttons.some((button) => button[name] !== undefined)) throw badRequest(text);
}
