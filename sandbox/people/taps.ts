import { openCallbackQuery } from "../bot-api/callback-queries.ts";
import { messageJson, userJson } from "../bot-api/message-json.ts";
import type { InlineButton } from "../bot-api/types.ts";
import { enqueueUpdate } from "../bot-api/update-queue.ts";
import { isPresent, membershipOf } from "../state/chats.ts";
import { findMessage } from "../state/messages.ts";
import type { CallbackQuery, Person, StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { PersonError } from "./person-error.ts";
import type { MessageInChat } from "./sending.ts";
import { chatOf } from "./writing.ts";

/** What a tap did: asked the bot, opened an address, or copied a text. */
export type TapResult =
  | { kind: "callback"; query: CallbackQuery }
  | { kind: "url"; url: string }
  | { kind: "copy"; text: string };

/** A tap on the inline button with this label. Fails with NOT_FOUND when the message or the button is not there. */
export function tapLabel(world: World, person: Person, where: MessageInChat, label: string): TapResult {
  const message = tappable(world, person, where);
  const button = message.inlineKeyboard?.flat().find(({ text }) => text === label);
  if (button === undefined) {
    throw new PersonError("NOT_FOUND", `message ${where.messageId} has no button with this label`);
  }
  return tapButton(world, person, message, button);
}

/** A callback with any data, as a tampered client can send it: no button needs to have it. */
export function tapData(world: World, person: Person, where: MessageInChat, data: string): TapResult {
  return callBack(world, person, tappable(world, person, where), data);
}

function tappable(world: World, person: Person, { chatId, messageId }: MessageInChat): StoredMessage {
  const chat = chatOf(world, person, chatId);
  const message = findMessage(world, chat.id, messageId);
  if (message === undefined)
    throw new PersonError("NOT_FOUND", `there is no message ${messageId} in this chat`);
  if (person.blocked && chat.kind === "private") throw new PersonError("CONFLICT", "unblock the bot first");
  if (chat.kind === "group") {
    if (!isPresent(membershipOf(chat.group, person.id)?.status))
      throw new PersonError("CONFLICT", "this person is not in the group");
    if (!isPresent(membershipOf(chat.group, world.bot.id)?.status))
      throw new PersonError("CONFLICT", "the bot is no longer in the group");
  }
  return message;
}

function tapButton(world: World, person: Person, message: StoredMessage, button: InlineButton): TapResult {
  if (button.callback_data !== undefined) return callBack(world, person, message, button.callback_data);
  if (button.copy_text !== undefined) return { kind: "copy", text: button.copy_text.text };
  return { kind: "url", url: button.url ?? button.web_app?.url ?? "" };
}

/** In a group too it says which person tapped, those who write in the group's name included. */
function callBack(world: World, person: Person, message: StoredMessage, data: string): TapResult {
  const { chatId, messageId } = message;
  const query = openCallbackQuery(world, { personId: person.id, chatId, messageId, data });
  enqueueUpdate(world, "callback_query", chatId, {
    id: query.id,
    from: userJson(person),
    message: messageJson(world, message),
    chat_instance: String(chatId),
    data,
  });
  return { kind: "callback", query };
}
