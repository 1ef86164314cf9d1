import { randomBytes } from "node:crypto";
import { MESSAGE_TEXT_LIMIT } from "../bot-api/formatted-text.ts";
import type { Contact } from "../bot-api/types.ts";
import { detectEntities } from "../formatting/entities.ts";
import { keyboardOf } from "../state/chats.ts";
import { findMessage, reviseMessage } from "../state/messages.ts";
import type { Person, StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { normalisePhone } from "./people.ts";
import { PersonError } from "./person-error.ts";
import { chatOf, openChat, tellBot, write } from "./writing.ts";

/** An old own contact was sent this long before it is forwarded. */
const FORWARDED_AGE_MS = 30 * 24 * 60 * 60 * 1_000;
/** Ordinary messages can be edited for this long (https://telegram.org/faq). */
const EDIT_WINDOW_MS = 48 * 60 * 60 * 1_000;

export interface Place {
  /** A group; null is the person's own chat with the bot. */
  chatId: number | null;
  /** The message that is answered. */
  replyToMessageId: number | null;
}

/** Text as the person types it; it answers a forced reply that is open. */
export function sendText(
  world: World,
  person: Person,
  text: string,
  { chatId, replyToMessageId }: Place = { chatId: null, replyToMessageId: null },
): StoredMessage {
  const trimmed = checkedText(text);
  return write(world, person, openChat(world, person, chatId), { text: trimmed, replyToMessageId });
}

function checkedText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > MESSAGE_TEXT_LIMIT)
    throw new PersonError("VALIDATION", `must have 1 to ${MESSAGE_TEXT_LIMIT} characters`, "/text");
  return trimmed;
}

export type ContactChoice =
  | { kind: "own" }
  | { kind: "forwardedOwn" }
  | { kind: "other"; phone: string; userId: number | null; firstName: string };

/** Shares a contact: the own one, somebody else's, or an own one that is forwarded from an older message. */
export function shareContact(world: World, person: Person, choice: ContactChoice): StoredMessage {
  const chat = openChat(world, person, null);
  const contact = choice.kind === "other" ? foreignContact(choice) : ownContact(person);
  const forwardedAt =
    choice.kind === "forwardedOwn"
      ? new Date(world.clock.now().getTime() - FORWARDED_AGE_MS).toISOString()
      : null;
  return write(world, person, chat, { text: "", contact, forwardedAt });
}

function ownContact(person: Person): Contact {
  return {
    // Telegram often leaves the plus sign out, so a bot has to cope with that.
    phone_number: person.phone.slice(1),
    first_name: person.firstName,
    ...(person.lastName === null ? {} : { last_name: person.lastName }),
    user_id: person.id,
  };
}

function foreignContact(choice: Extract<ContactChoice, { kind: "other" }>): Contact {
  const phone = normalisePhone(choice.phone);
  if (phone === undefined) throw new PersonError("VALIDATION", "must have 7 to 15 digits", "/phone");
  return {
    phone_number: phone.slice(1),
    first_name: choice.firstName,
    ...(choice.userId === null ? {} : { user_id: choice.userId }),
  };
}

export function shareLocation(
  world: World,
  person: Person,
  location: { latitude: number; longitude: number },
  chatId: number | null,
): StoredMessage {
  return write(world, person, openChat(world, person, chatId), { text: "", location });
}

export interface PhotoChoice {
  caption: string;
  width: number;
  height: number;
  chatId: number | null;
}

/** Sends a picture; what it shows is nobody's business here, for the bot is told its size only. */
export function sendPicture(world: World, person: Person, choice: PhotoChoice): StoredMessage {
  const { caption, width, height, chatId } = choice;
  const id = randomBytes(18).toString("base64url");
  const photo = {
    fileId: `sandbox-${id}`,
    uniqueId: id.slice(0, 16),
    width,
    height,
    sizeBytes: width * height,
  };
  return write(world, person, openChat(world, person, chatId), {
    text: caption.trim(),
    photo: { ...photo, url: null },
  });
}

export type WebAppChoice = { data: string } & ({ label: string } | { buttonText: string });

/**
 * A Mini App that a keyboard's button has opened sends data. With `label` the button has to be on the screen; with
 * `buttonText` it need not, as a tampered client can send anything.
 */
export function sendWebAppData(world: World, person: Person, choice: WebAppChoice): StoredMessage {
  const chat = openChat(world, person, null);
  const buttonText = "label" in choice ? choice.label : choice.buttonText;
  const markup = keyboardOf(world, chat, person)?.markup;
  const buttons = markup?.kind === "keyboard" ? markup.rows.flat() : [];
  const isShown = buttons.some(({ text, web_app }) => text === buttonText && web_app !== undefined);
  if ("label" in choice && !isShown)
    throw new PersonError("NOT_FOUND", "the keyboard has no Mini App button with this label");
  return write(world, person, chat, { text: "", webAppData: { data: choice.data, buttonText } });
}

export interface MessageInChat {
  chatId: number | null;
  messageId: number;
}

function messageIn(world: World, person: Person, { chatId, messageId }: MessageInChat): StoredMessage {
  const message = findMessage(world, chatOf(world, person, chatId).id, messageId);
  if (message === undefined)
    throw new PersonError("NOT_FOUND", `there is no message ${messageId} in this chat`);
  return message;
}

/** The person changes an own message, or the caption of an own picture; the bot gets `edited_message`. */
export function editOwn(world: World, person: Person, where: MessageInChat, text: string): StoredMessage {
  const chat = openChat(world, person, where.chatId);
  const message = messageIn(world, person, where);
  const hasText = message.text !== "" || message.photo !== null;
  if (message.personId !== person.id || message.forwardedAt !== null || !hasText)
    throw new PersonError("CONFLICT", "only an own text can be edited");
  if (world.clock.now().getTime() - Date.parse(message.sentAt) > EDIT_WINDOW_MS)
    throw new PersonError("CONFLICT", "the message is too old to be edited");
  reviseMessage(world, message, detectEntities({ text: checkedText(text), entities: [] }));
  tellBot(world, chat, message, "edited_message");
  return message;
}

/** Forwards a message from one of the person's chats to another, or within one. */
export function forward(
  world: World,
  person: Person,
  from: MessageInChat,
  toChatId: number | null,
): StoredMessage {
  const chat = openChat(world, person, toChatId);
  const message = messageIn(world, person, from);
  const { text, entities, contact, location, photo, webAppData, service } = message;
  if (message.protectContent) throw new PersonError("CONFLICT", "the bot has protected this message");
  if (service !== null || webAppData !== null)
    throw new PersonError("CONFLICT", "service messages cannot be forwarded");
  const authorId = message.anonymous ? message.chatId : (message.personId ?? world.bot.id);
  return write(world, person, chat, {
    ...{ text, entities, contact, location, photo },
    forwardedAt: message.forwardedAt ?? message.sentAt,
    forwardedFromId: message.forwardedAt === null ? authorId : (message.forwardedFromId ?? authorId),
  });
}
