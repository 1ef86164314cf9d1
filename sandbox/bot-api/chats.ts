import { findMessage, removeMessage } from "../state/messages.ts";
import type { Person, StoredMessage, World } from "../state/world.ts";
import { badRequest, forbidden, notModelled, TEXTS } from "./errors.ts";
import { chatJson, userJson } from "./message-json.ts";
import { type CallParameters, integerParameter, jsonParameter, textParameter } from "./parameters.ts";

/** A message can be deleted for 48 hours (https://core.telegram.org/bots/api#deletemessage). */
const DELETE_WINDOW_MS = 48 * 60 * 60 * 1_000;
const DELETE_BATCH_LIMIT = 100;
const CHAT_ACTIONS = new Set([
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_voice",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "record_video_note",
  "upload_video_note",
]);

/** The person whose private chat `chat_id` names. Fails with 400 when the bot cannot know that chat. */
export function findChat(world: World, parameters: CallParameters): Person {
  const text = textParameter(parameters, "chat_id");
  if (text === "") throw badRequest(TEXTS.chatIdEmpty);
  const person = world.people.get(Number(text));
  if (person === undefined) throw badRequest(TEXTS.chatNotFound);
  return person;
}

/** As `findChat`, and 403 unless the bot may write there: the person pressed Start, did not block it, still exists. */
export function findWritableChat(world: World, parameters: CallParameters): Person {
  const person = findChat(world, parameters);
  if (person.deactivated) throw forbidden(TEXTS.deactivated);
  if (!person.started) throw forbidden(TEXTS.cannotInitiate);
  if (person.blocked) throw forbidden(TEXTS.blocked);
  return person;
}

/** `getChat` (https://core.telegram.org/bots/api#chatfullinfo). */
export function getChat(world: World, parameters: CallParameters): Record<string, unknown> {
  const person = findChat(world, parameters);
  if (!person.started) throw badRequest(TEXTS.chatNotFound);
  return {
    ...chatJson(person),
    ...(person.username === null ? {} : { active_usernames: [person.username] }),
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: true,
      limited_gifts: true,
      unique_gifts: true,
      premium_subscription: true,
      gifts_from_channels: true,
    },
  };
}

/** `getChatMember`: a private chat has two members. */
export function getChatMember(world: World, parameters: CallParameters): Record<string, unknown> {
  const person = findChat(world, parameters);
  if (!person.started) throw badRequest(TEXTS.chatNotFound);
  const userId = integerParameter(parameters, "user_id", { fallback: 0 });
  if (userId <= 0) throw badRequest("invalid user_id specified");
  if (userId === person.id) return { user: userJson(person), status: "member" };
  if (userId === world.bot.id) return { user: world.bot, status: person.blocked ? "left" : "member" };
  throw badRequest("member not found");
}

/** `sendChatAction`. */
export function sendChatAction(world: World, parameters: CallParameters): true {
  const person = findWritableChat(world, parameters);
  const action = textParameter(parameters, "action");
  if (!CHAT_ACTIONS.has(action)) throw badRequest("wrong parameter action in request");
  world.changes.emit({ kind: "chatAction", personId: person.id, action });
  return true;
}

/** `deleteMessage`. */
export function deleteMessage(world: World, parameters: CallParameters): true {
  const person = findWritableChat(world, parameters);
  const messageId = integerParameter(parameters, "message_id", { fallback: 0 });
  if (messageId <= 0) throw badRequest("message identifier is not specified");
  const message = findMessage(world, person.id, messageId);
  if (message === undefined) throw badRequest(TEXTS.deleteNotFound);
  if (!isDeletable(world, message)) throw badRequest(TEXTS.deleteTooOld);
  removeMessage(world, message);
  return true;
}

/** `deleteMessages`: what is not found or too old is passed over. */
export function deleteMessages(world: World, parameters: CallParameters): true {
  const person = findWritableChat(world, parameters);
  const ids = jsonParameter(parameters, "message_ids", "can't parse message_ids JSON object");
  if (ids === undefined) throw badRequest("message identifiers are not specified");
  if (!Array.isArray(ids)) throw badRequest("expected an Array of message identifiers");
  if (ids.length > DELETE_BATCH_LIMIT) throw badRequest("too many message identifiers specified");
  if (ids.length === 0) throw badRequest("message identifiers are not specified");
  for (const id of ids) {
    const message = findMessage(world, person.id, Number(id));
    if (message !== undefined && isDeletable(world, message)) removeMessage(world, message);
  }
  return true;
}

function isDeletable(world: World, message: StoredMessage): boolean {
  return world.clock.now().getTime() - Date.parse(message.sentAt) <= DELETE_WINDOW_MS;
}

/** Refuses parameters that would change what a call does and that the sandbox does not act on. */
export function refuseUnmodelled(method: string, parameters: CallParameters, names: readonly string[]): void {
  const name = names.find((candidate) => textParameter(parameters, candidate) !== "");
  if (name !== undefined) throw notModelled(`the parameter ${name} of ${method}`);
}
