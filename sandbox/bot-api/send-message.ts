import { isRecord } from "../json.ts";
import { findMessage, type MessageDraft, storeMessage } from "../state/messages.ts";
import type { World } from "../state/world.ts";
import { findWritableChat, refuseUnmodelled } from "./chats.ts";
import { badRequest, notModelled, TEXTS } from "./errors.ts";
import { readCaption, readFormattedText } from "./formatted-text.ts";
import { messageJson } from "./message-json.ts";
import { type CallParameters, flagParameter, integerParameter, jsonParameter } from "./parameters.ts";
import { readPhoto } from "./photos.ts";
import { readReplyMarkup, refuseInGroups } from "./reply-markup.ts";

const UNMODELLED = [
  "business_connection_id",
  "message_thread_id",
  "direct_messages_topic_id",
  "message_effect_id",
  "suggested_post_parameters",
];

/** `sendMessage` (https://core.telegram.org/bots/api#sendmessage). */
export function sendMessage(world: World, parameters: CallParameters): Record<string, unknown> {
  refuseUnmodelled("sendMessage", parameters, UNMODELLED);
  return send(world, parameters, readFormattedText(parameters, TEXTS.messageTooLong));
}

/** `sendPhoto` (https://core.telegram.org/bots/api#sendphoto): uploaded, by address, or sent before. */
export function sendPhoto(world: World, parameters: CallParameters): Record<string, unknown> {
  refuseUnmodelled("sendPhoto", parameters, [...UNMODELLED, "has_spoiler", "show_caption_above_media"]);
  const caption = readCaption(parameters);
  return send(world, parameters, caption, () => ({ photo: readPhoto(world, parameters) }));
}

/** Stores what the bot says. `rest` is made last, when nothing can be refused any more but what it makes itself. */
function send(
  world: World,
  parameters: CallParameters,
  content: Pick<MessageDraft, "text" | "entities">,
  rest: () => Partial<MessageDraft> = () => ({}),
): Record<string, unknown> {
  const markup = readReplyMarkup(parameters);
  const chat = findWritableChat(world, parameters);
  if (chat.kind === "group") refuseInGroups(markup);
  const replyToMessageId = readReplyTarget(world, chat.id, parameters);
  const message = storeMessage(world, {
    chatId: chat.id,
    author: "bot",
    ...content,
    ...rest(),
    inlineKeyboard: markup?.kind === "inline" ? markup.rows : null,
    replyMarkup: markup === null || markup.kind === "inline" ? null : markup,
    replyToMessageId,
    protectContent: flagParameter(parameters, "protect_content"),
  });
  return messageJson(world, message);
}

function readReplyTarget(world: World, chatId: number, parameters: CallParameters): number | null {
  const reply = jsonParameter(parameters, "reply_parameters", "can't parse reply parameters JSON object");
  if (reply !== undefined && !isRecord(reply)) throw badRequest("object expected as reply parameters");
  const otherChat = reply?.chat_id !== undefined && String(reply.chat_id) !== String(chatId);
  if (otherChat) throw notModelled("replies to another chat");
  const messageId =
    reply === undefined
      ? integerParameter(parameters, "reply_to_message_id", { fallback: 0 })
      : Number(reply.message_id);
  if (messageId === 0) return null;
  if (findMessage(world, chatId, messageId) !== undefined) return messageId;
  const mayGoWithout =
    reply?.allow_sending_without_reply === true || flagParameter(parameters, "allow_sending_without_reply");
  if (mayGoWithout) return null;
  throw badRequest(TEXTS.replyNotFound);
}
