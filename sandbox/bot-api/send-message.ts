import { isRecord } from "../json.ts";
import { findMessage, storeMessage } from "../state/messages.ts";
import type { World } from "../state/world.ts";
import { findWritableChat, refuseUnmodelled } from "./chats.ts";
import { badRequest, notModelled, TEXTS } from "./errors.ts";
import { readFormattedText } from "./formatted-text.ts";
import { messageJson } from "./message-json.ts";
import { type CallParameters, flagParameter, integerParameter, jsonParameter } from "./parameters.ts";
import { readReplyMarkup } from "./reply-markup.ts";

const UNMODELLED = [
  "business_connection_id",
  "message_thread_id",
  "direct_messages_topic_id",
  "message_effect_id",
  "suggested_post_parameters",
];

/** `sendMessage` (https://core.telegram.org/bots/api#sendmessage), to private chats. */
export function sendMessage(world: World, parameters: CallParameters): Record<string, unknown> {
  refuseUnmodelled("sendMessage", parameters, UNMODELLED);
  const { text, entities } = readFormattedText(parameters, TEXTS.messageTooLong);
  const markup = readReplyMarkup(parameters);
  const person = findWritableChat(world, parameters);
  const message = storeMessage(world, {
    chatId: person.id,
    author: "bot",
    text,
    entities,
    inlineKeyboard: markup?.kind === "inline" ? markup.rows : null,
    replyMarkup: markup === null || markup.kind === "inline" ? null : markup,
    replyToMessageId: readReplyTarget(world, person.id, parameters),
    protectContent: flagParameter(parameters, "protect_content"),
  });
  return messageJson(world, message);
}

function readReplyTarget(world: World, chatId: number, parameters: CallParameters): number | null {
  const reply = jsonParameter(parameters, "reply_parameters", "can't parse reply parameters JSON object");
  if (reply !== undefined && !isRecord(reply)) throw badRequest("can't parse reply parameters JSON object");
  if (reply?.chat_id !== undefined) throw notModelled("replies to another chat");
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
