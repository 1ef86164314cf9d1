import { findMessage, reviseMessage } from "../state/messages.ts";
import type { StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { findWritableChat, refuseUnmodelled } from "./chats.ts";
import { badRequest, TEXTS } from "./errors.ts";
import { readCaption, readFormattedText } from "./formatted-text.ts";
import { messageJson } from "./message-json.ts";
import { type CallParameters, integerParameter } from "./parameters.ts";
import { readReplyMarkup } from "./reply-markup.ts";
import type { InlineButton } from "./types.ts";

const UNMODELLED = ["business_connection_id", "inline_message_id"];

/**
 * `editMessageText` (https://core.telegram.org/bots/api#editmessagetext). An edit without `reply_markup` takes the
 * inline keyboard away, as in Telegram.
 */
export function editMessageText(world: World, parameters: CallParameters): Record<string, unknown> {
  refuseUnmodelled("editMessageText", parameters, UNMODELLED);
  const { text, entities } = readFormattedText(parameters, TEXTS.editTooLong);
  const inlineKeyboard = readInlineKeyboard(parameters);
  const message = findEditable(world, parameters);
  if (message.photo !== null) throw badRequest(TEXTS.noText);
  return revise(world, message, { text, entities, inlineKeyboard });
}

/** `editMessageCaption` (https://core.telegram.org/bots/api#editmessagecaption), of photos. */
export function editMessageCaption(world: World, parameters: CallParameters): Record<string, unknown> {
  refuseUnmodelled("editMessageCaption", parameters, [...UNMODELLED, "show_caption_above_media"]);
  const { text, entities } = readCaption(parameters);
  const inlineKeyboard = readInlineKeyboard(parameters);
  const message = findEditable(world, parameters);
  if (message.photo === null) throw badRequest(TEXTS.noCaption);
  return revise(world, message, { text, entities, inlineKeyboard });
}

/** `editMessageReplyMarkup` (https://core.telegram.org/bots/api#editmessagereplymarkup). */
export function editMessageReplyMarkup(world: World, parameters: CallParameters): Record<string, unknown> {
  refuseUnmodelled("editMessageReplyMarkup", parameters, UNMODELLED);
  const inlineKeyboard = readInlineKeyboard(parameters);
  const message = findEditable(world, parameters);
  return revise(world, message, { text: message.text, entities: message.entities, inlineKeyboard });
}

function readInlineKeyboard(parameters: CallParameters): InlineButton[][] | null {
  const markup = readReplyMarkup(parameters);
  if (markup === null) return null;
  if (markup.kind !== "inline") throw badRequest("inline keyboard expected");
  return markup.rows;
}

/** Own messages only, and none that was sent with a reply keyboard or by the group itself: Telegram edits neither. */
function findEditable(world: World, parameters: CallParameters): StoredMessage {
  const chat = findWritableChat(world, parameters);
  const messageId = integerParameter(parameters, "message_id", { fallback: 0 });
  if (messageId <= 0) throw badRequest("message identifier is not specified");
  const message = findMessage(world, chat.id, messageId);
  if (message === undefined) throw badRequest(TEXTS.editNotFound);
  const isOwn = message.author === "bot" && message.service === null;
  if (!isOwn || message.replyMarkup !== null) throw badRequest(TEXTS.editForbidden);
  return message;
}

type Content = Pick<StoredMessage, "text" | "entities" | "inlineKeyboard">;

function revise(world: World, message: StoredMessage, content: Content): Record<string, unknown> {
  if (sameContent(message, content)) throw badRequest(TEXTS.notModified);
  reviseMessage(world, message, content);
  return messageJson(world, message);
}

function sameContent(a: Content, b: Content): boolean {
  const contentOf = ({ text, entities, inlineKeyboard }: Content) => [text, entities, inlineKeyboard];
  return Bun.deepEquals(contentOf(a), contentOf(b));
}
