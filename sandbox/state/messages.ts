import { isoNow, MESSAGES_PER_CHAT_LIMIT, type Person, type StoredMessage, type World } from "./world.ts";

export type MessageDraft = Pick<StoredMessage, "chatId" | "author" | "text"> & Partial<StoredMessage>;

/** Puts a message into its chat, applies its keyboard to the person's screen, and tells everybody who listens. */
export function storeMessage(world: World, draft: MessageDraft): StoredMessage {
  const message: StoredMessage = {
    entities: [],
    contact: null,
    forwardedAt: null,
    inlineKeyboard: null,
    replyMarkup: null,
    replyToMessageId: null,
    protectContent: false,
    sentAt: isoNow(world),
    editedAt: null,
    ...draft,
    messageId: world.nextIds.message++,
  };
  const chat = chatOf(world, message.chatId);
  chat.set(message.messageId, message);
  for (const oldest of chat.keys()) {
    if (chat.size <= MESSAGES_PER_CHAT_LIMIT) break;
    chat.delete(oldest);
  }
  const person = world.people.get(message.chatId);
  if (person !== undefined) showKeyboard(person, message);
  world.changes.emit({ kind: "message", personId: message.chatId, message });
  return message;
}

function chatOf(world: World, chatId: number): Map<number, StoredMessage> {
  const known = world.chats.get(chatId);
  if (known !== undefined) return known;
  const chat = new Map<number, StoredMessage>();
  world.chats.set(chatId, chat);
  return chat;
}

function showKeyboard(person: Person, message: StoredMessage): void {
  const markup = message.replyMarkup;
  if (message.author !== "bot" || markup === null) return;
  person.keyboard = markup.kind === "remove" ? null : { markup, messageId: message.messageId };
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
  Object.assign(message, revision, { editedAt: isoNow(world) });
  world.changes.emit({ kind: "edit", personId: message.chatId, message });
}

export function removeMessage(world: World, message: StoredMessage): void {
  world.chats.get(message.chatId)?.delete(message.messageId);
  const person = world.people.get(message.chatId);
  if (person?.keyboard?.messageId === message.messageId) person.keyboard = null;
  world.changes.emit({ kind: "delete", personId: message.chatId, messageId: message.messageId });
}

/** The messages of one chat, oldest first, with an id above `after`. */
export function messagesAfter(world: World, chatId: number, after: number): StoredMessage[] {
  const chat = world.chats.get(chatId);
  return chat === undefined ? [] : [...chat.values()].filter((message) => message.messageId > after);
}
