import { isAdmin, membershipOf } from "../state/chats.ts";
import { findMessage, removeMessage } from "../state/messages.ts";
import type { Chat, StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { findWritableChat } from "./chats.ts";
import { badRequest, TEXTS } from "./errors.ts";
import { type CallParameters, integerParameter, jsonParameter } from "./parameters.ts";

/** A message can be deleted for 48 hours (https://core.telegram.org/bots/api#deletemessage). */
const DELETE_WINDOW_MS = 48 * 60 * 60 * 1_000;
const DELETE_BATCH_LIMIT = 100;

/** `deleteMessage`. */
export function deleteMessage(world: World, parameters: CallParameters): true {
  const chat = findWritableChat(world, parameters);
  const messageId = integerParameter(parameters, "message_id", { fallback: 0 });
  if (messageId <= 0) throw badRequest("message identifier is not specified");
  const message = findMessage(world, chat.id, messageId);
  if (message === undefined) throw badRequest(TEXTS.deleteNotFound);
  const refusal = whyUndeletable(world, chat, message);
  if (refusal !== undefined) throw badRequest(refusal);
  removeMessage(world, message);
  return true;
}

/** `deleteMessages`: what is not found or may not be deleted is passed over. */
export function deleteMessages(world: World, parameters: CallParameters): true {
  const chat = findWritableChat(world, parameters);
  const ids = jsonParameter(parameters, "message_ids", "can't parse message_ids JSON object");
  if (ids === undefined) throw badRequest("message identifiers are not specified");
  if (!Array.isArray(ids)) throw badRequest("expected an Array of message identifiers");
  if (ids.length > DELETE_BATCH_LIMIT) throw badRequest("too many message identifiers specified");
  if (ids.length === 0) throw badRequest("message identifiers are not specified");
  for (const id of ids) {
    const message = findMessage(world, chat.id, Number(id));
    if (message !== undefined && whyUndeletable(world, chat, message) === undefined)
      removeMessage(world, message);
  }
  return true;
}

/** After TDLib's can_revoke_message: an admin deletes anything in a supergroup, others what is their own and young. */
function whyUndeletable(world: World, chat: Chat, message: StoredMessage): string | undefined {
  const isYoung = world.clock.now().getTime() - Date.parse(message.sentAt) <= DELETE_WINDOW_MS;
  if (chat.kind === "private") return isYoung ? undefined : TEXTS.deleteTooOld;
  const rules = isAdmin(membershipOf(chat.group, world.bot.id)?.status);
  const isOwn = message.author === "bot" && message.service === null;
  if (chat.group.kind === "supergroup")
    return rules || (isOwn && isYoung) ? undefined : TEXTS.deleteForbidden;
  return (rules || isOwn) && isYoung ? undefined : TEXTS.deleteTooOld;
}
