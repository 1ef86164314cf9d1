import { messageJson } from "../bot-api/message-json.ts";
import { enqueueUpdate } from "../bot-api/update-queue.ts";
import { detectEntities } from "../formatting/entities.ts";
import { chatById, isPresent, keyboardOf, membershipOf, putKeyboardAway } from "../state/chats.ts";
import { findMessage, storeMessage } from "../state/messages.ts";
import type { Chat, Person, StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { isSeenByBot } from "./group-privacy.ts";
import { PersonError } from "./person-error.ts";

/** What a person puts into a chat; whatever is not said is empty. */
export type Written = Pick<StoredMessage, "text"> &
  Partial<
    Pick<
      StoredMessage,
      | "entities"
      | "contact"
      | "location"
      | "photo"
      | "webAppData"
      | "forwardedAt"
      | "forwardedFromId"
      | "replyToMessageId"
    >
  >;

/**
 * The chat that a person writes in: the own one with the bot, or a group. Fails with NOT_FOUND where there is no such
 * group, and with CONFLICT where a client would not let the person write.
 */
export function openChat(world: World, person: Person, chatId: number | null): Chat {
  const chat = chatOf(world, person, chatId);
  requireAccount(person);
  if (chat.kind === "private") {
    if (!person.started) throw new PersonError("CONFLICT", "press Start first");
    if (person.blocked) throw new PersonError("CONFLICT", "unblock the bot first");
    return chat;
  }
  if (chat.group.migratedTo !== null)
    throw new PersonError("CONFLICT", `this group has become the supergroup ${chat.group.migratedTo}`);
  if (!isPresent(membershipOf(chat.group, person.id)?.status))
    throw new PersonError("CONFLICT", "this person is not in the group");
  return chat;
}

/** Fails with CONFLICT where the person is gone from Telegram. */
export function requireAccount(person: Person): void {
  if (person.deactivated) throw new PersonError("CONFLICT", "this person has deleted the account");
}

/** The chat that a person looks at, whether or not they may write there. */
export function chatOf(world: World, person: Person, chatId: number | null): Chat {
  const chat = chatById(world, chatId ?? person.id);
  if (chat === undefined || (chat.kind === "private" && chat.id !== person.id))
    throw new PersonError("NOT_FOUND", `there is no chat ${chatId} for this person`, "/chatId");
  return chat;
}

/** Puts a person's message into a chat and tells the bot, if it may see it. A forced reply is answered by it. */
export function write(world: World, person: Person, chat: Chat, written: Written): StoredMessage {
  const shown = keyboardOf(world, chat, person);
  const replyToMessageId =
    written.replyToMessageId ?? (shown?.markup.kind === "forceReply" ? shown.messageId : null);
  if (replyToMessageId !== null && findMessage(world, chat.id, replyToMessageId) === undefined)
    throw new PersonError("NOT_FOUND", `there is no message ${replyToMessageId} in this chat`);
  if (isKeyboardDone(shown, written)) putKeyboardAway(chat, person);
  const { text, entities } =
    written.entities === undefined
      ? detectEntities({ text: written.text, entities: [] })
      : { text: written.text, entities: written.entities };
  const message = storeMessage(world, {
    chatId: chat.id,
    author: "person",
    personId: person.id,
    anonymous: chat.kind === "group" && membershipOf(chat.group, person.id)?.anonymous === true,
    ...written,
    text,
    entities,
    replyToMessageId,
  });
  tellBot(world, chat, message, "message");
  return message;
}

/** Queues a message for the bot, unless privacy mode keeps it from the bot. */
export function tellBot(
  world: World,
  chat: Chat,
  message: StoredMessage,
  kind: "message" | "edited_message",
): void {
  if (chat.kind === "group" && !isSeenByBot(world, chat.group, message)) return;
  enqueueUpdate(world, kind, chat.id, messageJson(world, message));
}

/** A forced reply is over with the reply, a one-time keyboard with the use of one of its buttons. */
function isKeyboardDone(shown: ReturnType<typeof keyboardOf>, written: Written): boolean {
  if (shown === null) return false;
  const { markup } = shown;
  if (markup.kind === "forceReply") return true;
  if (!markup.oneTime) return false;
  return markup.rows.flat().some((button) => {
    if (written.contact != null) return button.request_contact === true;
    if (written.location != null) return button.request_location === true;
    if (written.webAppData != null) return button.text === written.webAppData.buttonText;
    return button.text === written.text;
  });
}
