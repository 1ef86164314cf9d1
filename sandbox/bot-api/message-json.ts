import { chatById } from "../state/chats.ts";
import { findMessage } from "../state/messages.ts";
import type { Chat, Person, Photo, ServiceEvent, StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { unixSeconds } from "../time.ts";
import type { User } from "./types.ts";

/** Who stands in `from` where an admin writes in the group's name (TDLib, UserManager.cpp). */
export const ANONYMOUS_ADMIN: User = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: "Group",
  username: "GroupAnonymousBot",
};

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

/** The user with this id, the bot included. */
export function userById(world: World, userId: number): User {
  const person = world.people.get(userId);
  return person === undefined ? world.bot : userJson(person);
}

/** A chat as the Bot API's `Chat` (https://core.telegram.org/bots/api#chat). */
export function chatJson(chat: Chat): Record<string, unknown> {
  if (chat.kind === "group") return { id: chat.id, title: chat.group.title, type: chat.group.kind };
  const { id, firstName, lastName, username } = chat.person;
  return {
    id,
    first_name: firstName,
    ...(lastName === null ? {} : { last_name: lastName }),
    ...(username === null ? {} : { username }),
    type: "private",
  };
}

/** A stored message as the Bot API's `Message`; a reply carries its target, one level deep. */
export function messageJson(world: World, message: StoredMessage, withReply = true): Record<string, unknown> {
  const chat = chatById(world, message.chatId);
  if (chat === undefined) throw new Error(`there is no chat ${message.chatId}`);
  const about = chatJson(chat);
  return {
    message_id: message.messageId,
    ...senderJson(world, message, about),
    chat: about,
    date: unixSeconds(new Date(message.sentAt)),
    ...(message.editedAt === null ? {} : { edit_date: unixSeconds(new Date(message.editedAt)) }),
    ...forwardJson(world, message),
    ...(withReply ? replyJson(world, message) : {}),
    ...contentJson(world, message),
    ...(message.protectContent ? { has_protected_content: true } : {}),
    ...(message.inlineKeyboard === null ? {} : { reply_markup: { inline_keyboard: message.inlineKeyboard } }),
  };
}

function senderJson(world: World, message: StoredMessage, chat: Record<string, unknown>) {
  if (message.anonymous) return { from: ANONYMOUS_ADMIN, sender_chat: chat };
  return { from: message.personId === null ? world.bot : userById(world, message.personId) };
}

function forwardJson(world: World, message: StoredMessage): Record<string, unknown> {
  if (message.forwardedAt === null) return {};
  const date = unixSeconds(new Date(message.forwardedAt));
  const authorId = message.forwardedFromId ?? message.personId ?? world.bot.id;
  const group = authorId < 0 ? chatById(world, authorId) : undefined;
  if (group !== undefined) return { forward_origin: { type: "chat", sender_chat: chatJson(group), date } };
  return { forward_origin: { type: "user", sender_user: userById(world, authorId), date } };
}

function replyJson(world: World, message: StoredMessage): Record<string, unknown> {
  if (message.replyToMessageId === null) return {};
  const target = findMessage(world, message.chatId, message.replyToMessageId);
  return target === undefined ? {} : { reply_to_message: messageJson(world, target, false) };
}

function contentJson(world: World, message: StoredMessage): Record<string, unknown> {
  const { contact, location, photo, webAppData, service, text, entities } = message;
  if (service !== null) return serviceJson(world, service);
  if (contact !== null) return { contact };
  if (location !== null) return { location };
  if (webAppData !== null)
    return { web_app_data: { data: webAppData.data, button_text: webAppData.buttonText } };
  if (photo === null) return { text, ...(entities.length === 0 ? {} : { entities }) };
  return {
    photo: [photoJson(photo)],
    ...(text === "" ? {} : { caption: text }),
    ...(entities.length === 0 ? {} : { caption_entities: entities }),
  };
}

function photoJson({ fileId, uniqueId, width, height, sizeBytes }: Photo): Record<string, unknown> {
  return { file_id: fileId, file_unique_id: uniqueId, width, height, file_size: sizeBytes };
}

/** The fields of a service message, those of the official server that are out of date included. */
function serviceJson(world: World, event: ServiceEvent): Record<string, unknown> {
  switch (event.kind) {
    case "groupCreated":
      return { group_chat_created: true };
    case "joined": {
      const users = event.userIds.map((userId) => userById(world, userId));
      return { new_chat_participant: users[0], new_chat_member: users[0], new_chat_members: users };
    }
    case "left": {
      const user = userById(world, event.userId);
      return { left_chat_participant: user, left_chat_member: user };
    }
    case "migratedTo":
      return { migrate_to_chat_id: event.chatId };
    case "migratedFrom":
      return { migrate_from_chat_id: event.chatId };
  }
}
