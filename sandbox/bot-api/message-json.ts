import { findMessage } from "../state/messages.ts";
import type { Person, StoredMessage, World } from "../state/world.ts";
import { unixSeconds } from "../time.ts";
import type { User } from "./types.ts";

/** The person as the Bot API's `User` (https://core.telegram.org/bots/api#user). */
export function userJson(person: Person): User {
  return {
    id: person.id,
    is_bot: false,
    first_name: person.firstName,
    ...(person.lastName === null ? {} : { last_name: person.lastName }),
    ...(person.username === null ? {} : { username: person.username }),
    language_code: person.language,
  };
}

/** The private chat with a person as the Bot API's `Chat`. */
export function chatJson(person: Person): Record<string, unknown> {
  return {
    id: person.id,
    first_name: person.firstName,
    ...(person.lastName === null ? {} : { last_name: person.lastName }),
    ...(person.username === null ? {} : { username: person.username }),
    type: "private",
  };
}

/** A stored message as the Bot API's `Message`; a reply carries its target, one level deep. */
export function messageJson(world: World, message: StoredMessage, withReply = true): Record<string, unknown> {
  const person = world.people.get(message.chatId);
  if (person === undefined) throw new Error(`no person for chat ${message.chatId}`);
  return {
    message_id: message.messageId,
    from: message.author === "bot" ? world.bot : userJson(person),
    chat: chatJson(person),
    date: unixSeconds(new Date(message.sentAt)),
    ...(message.editedAt === null ? {} : { edit_date: unixSeconds(new Date(message.editedAt)) }),
    ...forwardJson(message, person),
    ...(withReply ? replyJson(world, message) : {}),
    ...contentJson(message),
    ...(message.protectContent ? { has_protected_content: true } : {}),
    ...(message.inlineKeyboard === null ? {} : { reply_markup: { inline_keyboard: message.inlineKeyboard } }),
  };
}

function forwardJson(message: StoredMessage, person: Person): Record<string, unknown> {
  if (message.forwardedAt === null) return {};
  const date = unixSeconds(new Date(message.forwardedAt));
  return { forward_origin: { type: "user", sender_user: userJson(person), date } };
}

function replyJson(world: World, message: StoredMessage): Record<string, unknown> {
  if (message.replyToMessageId === null) return {};
  const target = findMessage(world, message.chatId, message.replyToMessageId);
  return target === undefined ? {} : { reply_to_message: messageJson(world, target, false) };
}

function contentJson(message: StoredMessage): Record<string, unknown> {
  if (message.contact !== null) return { contact: message.contact };
  return { text: message.text, ...(message.entities.length === 0 ? {} : { entities: message.entities }) };
}
