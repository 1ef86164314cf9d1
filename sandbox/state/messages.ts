import type { Group, Membership, Person, StoredMessage } from "./records.ts";
import { isoNow, MESSAGES_LIMIT, MESSAGES_PER_CHAT_LIMIT, type World } from "./world.ts";

/** How many former texts an edited message keeps. */
export const EARLIER_TEXTS_LIMIT = 5;

export type MessageDraft = Pick<StoredMessage, "chatId" | "author" | "text"> & Partial<StoredMessage>;

/** A message with nothing but what its draft says. */
export function completeMessage(draft: MessageDraft, messageId: number, sentAt: string): StoredMessage {
  return {
    personId: draft.author === "person" ? draft.chatId : null,
    anonymous: false,
    entities: [],
    contact: null,
    location: null,
    photo: null,
    webAppData: null,
    service: null,
    forwardedAt: null,
    forwardedFromId: null,
    inlineKeyboard: null,
    replyMarkup: null,
    replyToMessageId: null,
    protectContent: false,
    sentAt,
    editedAt: null,
    earlierTexts: [],
    ...draft,
    messageId,
  };
}

/** Puts a message into its chat, applies its keyboard to the screens there, and tells everybody who listens. */
export function storeMessage(world: World, draft: MessageDraft): StoredMessage {
  const message = completeMessage(draft, world.nextIds.message++, isoNow(world));
  keepMessage(world, message);
  showKeyboard(world, message);
  world.changes.emit({ kind: "message", chatId: message.chatId, message });
  return message;
}

/** Puts a message behind those of its chat; where there are too many, the oldest are forgotten. */
export function keepMessage(world: World, message: StoredMessage): void {
  const chat = world.chats.get(message.chatId) ?? new Map<number, StoredMessage>();
  world.chats.set(message.chatId, chat);
  chat.set(message.messageId, message);
  world.messageChats.set(message.messageId, message.chatId);
  for (const oldest of chat.keys()) {
    if (chat.size <= MESSAGES_PER_CHAT_LIMIT) break;
    forget(world, oldest, message.chatId);
  }
  for (const [oldest, chatId] of world.messageChats) {
    if (world.messageChats.size <= MESSAGES_LIMIT) break;
    forget(world, oldest, chatId);
  }
}

function forget(world: World, messageId: number, chatId: number): void {
  world.messageChats.delete(messageId);
  world.chats.get(chatId)?.delete(messageId);
}

function showKeyboard(world: World, message: StoredMessage): void {
  const markup = message.replyMarkup;
  if (message.author !== "bot" || markup === null) return;
  const { messageId } = message;
  const person = world.people.get(message.chatId);
  if (person !== undefined) person.keyboard = markup.kind === "remove" ? null : { markup, messageId };
  const group = world.groups.get(message.chatId);
  const screens = group === undefined ? [] : membersShown(world, group, message);
  for (const member of screens) member.keyboardMessageId = markup.kind === "remove" ? null : messageId;
}

/**
 * Everybody in the group; with `selective` those who are mentioned, and whose message is answered
 * (https://core.telegram.org/bots/api#replykeyboardmarkup).
 */
function membersShown(world: World, group: Group, message: StoredMessage): Membership[] {
  const people = group.members.filter(({ userId }) => userId !== world.bot.id);
  if (message.replyMarkup?.selective !== true) return people;
  const target = message.replyToMessageId;
  const answered = target === null ? undefined : findMessage(world, group.id, target)?.personId;
  const mentioned = new Set(
    message.entities
      .filter(({ type }) => type === "mention")
      .map(({ offset, length }) => message.text.slice(offset + 1, offset + length).toLowerCase()),
  );
  return people.filter(({ userId }) => {
    const username = world.people.get(userId)?.username?.toLowerCase();
    return userId === answered || (username !== undefined && mentioned.has(username));
  });
}

export function findMessage(world: World, chatId: number, messageId: number): StoredMessage | undefined {
  return world.chats.get(chatId)?.get(messageId);
}

/** Changes the content of a stored message in place and stamps it as edited now. */
export function reviseMessage(
  world: World,
  message: StoredMessage,
  revision: Partial<Pick<StoredMessage, "text" | "entities" | "inlineKeyboard">>,
): void {
  if (revision.text !== undefined && revision.text !== message.text)
    message.earlierTexts = [...message.earlierTexts, message.text].slice(-EARLIER_TEXTS_LIMIT);
  Object.assign(message, revision, { editedAt: isoNow(world) });
  world.changes.emit({ kind: "edit", chatId: message.chatId, message });
}

export function removeMessage(world: World, message: StoredMessage): void {
  const { messageId, chatId } = message;
  forget(world, messageId, chatId);
  const person: Person | undefined = world.people.get(chatId);
  if (person?.keyboard?.messageId === messageId) person.keyboard = null;
  for (const member of world.groups.get(chatId)?.members ?? [])
    if (member.keyboardMessageId === messageId) member.keyboardMessageId = null;
  world.changes.emit({ kind: "delete", chatId, messageId });
}

/** The messages of one chat, oldest first, with an id above `after`. */
export function messagesAfter(world: World, chatId: number, after: number): StoredMessage[] {
  const chat = world.chats.get(chatId);
  return chat === undefined ? [] : [...chat.values()].filter((message) => message.messageId > after);
}
