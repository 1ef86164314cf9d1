import { openCallbackQuery } from "../bot-api/callback-queries.ts";
import { messageJson, userJson } from "../bot-api/message-json.ts";
import type { InlineButton } from "../bot-api/types.ts";
import { enqueueUpdate } from "../bot-api/update-queue.ts";
import { findMessage } from "../state/messages.ts";
import type { CallbackQuery, Person, StoredMessage, World } from "../state/world.ts";
import { PersonError } from "./people.ts";

/** What a tap did: asked the bot, opened an address, or copied a text. */
export type TapResult =
  | { kind: "callback"; query: CallbackQuery }
  | { kind: "url"; url: string }
  | { kind: "copy"; text: string };

/** A tap on the inline button with this label. Fails with NOT_FOUND when the message or the button is not there. */
export function tapLabel(world: World, person: Person, messageId: number, label: string): TapResult {
  const message = tappable(world, person, messageId);
  const button = message.inlineKeyboard?.flat().find(({ text }) => text === label);
  if (button === undefined) {
    throw new PersonError("NOT_FOUND", `message ${messageId} has no button with this label`);
  }
  return tapButton(world, person, message, button);
}

/** A callback with any data, as a tampered client can send it: no button needs to have it. */
export function tapData(world: World, person: Person, messageId: number, data: string): TapResult {
  return callBack(world, person, tappable(world, person, messageId), data);
}

function tappable(world: World, person: Person, messageId: number): StoredMessage {
  const message = findMessage(world, person.id, messageId);
  if (message === undefined)
    throw new PersonError("NOT_FOUND", `there is no message ${messageId} in this chat`);
  if (person.blocked) throw new PersonError("CONFLICT", "unblock the bot first");
  return message;
}

function tapButton(world: World, person: Person, message: StoredMessage, button: InlineButton): TapResult {
  if (button.callback_data !== undefined) return callBack(world, person, message, button.callback_data);
  if (button.copy_text !== undefined) return { kind: "copy", text: button.copy_text.text };
  return { kind: "url", url: button.url ?? button.web_app?.url ?? "" };
}

function callBack(world: World, person: Person, message: StoredMessage, data: string): TapResult {
  const query = openCallbackQuery(world, { personId: person.id, messageId: message.messageId, data });
  enqueueUpdate(world, "callback_query", person.id, {
    id: query.id,
    from: userJson(person),
    message: messageJson(world, message),
    chat_instance: String(person.id),
    data,
  });
  return { kind: "callback", query };
}
