import { chatById, isPresent, membershipOf, presentMembers } from "../state/chats.ts";
import type { Chat, Group } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { BotApiError, badRequest, forbidden, notModelled, TEXTS } from "./errors.ts";
import { chatJson } from "./message-json.ts";
import { type CallParameters, textParameter } from "./parameters.ts";

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

/** The chat that `chat_id` names. Fails with 400 when the bot cannot know it: a group it has never been in. */
export function findChat(world: World, parameters: CallParameters): Chat {
  const text = textParameter(parameters, "chat_id");
  if (text === "") throw badRequest(TEXTS.chatIdEmpty);
  const chat = chatById(world, Number(text));
  const isKnown = chat?.kind !== "group" || membershipOf(chat.group, world.bot.id) !== undefined;
  if (chat === undefined || !isKnown) throw badRequest(TEXTS.chatNotFound);
  return chat;
}

/** As `findChat`, and fails unless the bot may look into it: it was started, and is in the supergroup. */
export function findReadableChat(world: World, parameters: CallParameters): Chat {
  const chat = findChat(world, parameters);
  if (chat.kind === "private" && !chat.person.started) throw badRequest(TEXTS.chatNotFound);
  if (chat.kind === "group" && chat.group.kind === "supergroup") requireBotIn(world, chat.group);
  return chat;
}

/**
 * As `findChat`, and fails unless the bot may write there. 403: the person has not pressed Start, has blocked the bot or
 * is gone; the bot is not in the group. 400 with `migrate_to_chat_id`: the group has become a supergroup.
 */
export function findWritableChat(world: World, parameters: CallParameters): Chat {
  const chat = findChat(world, parameters);
  if (chat.kind === "group") {
    const { migratedTo } = chat.group;
    if (migratedTo !== null)
      throw new BotApiError(400, `Bad Request: ${TEXTS.groupUpgraded}`, { migrate_to_chat_id: migratedTo });
    requireBotIn(world, chat.group);
    return chat;
  }
  const { deactivated, started, blocked } = chat.person;
  if (deactivated) throw forbidden(TEXTS.deactivated);
  if (!started) throw forbidden(TEXTS.cannotInitiate);
  if (blocked) throw forbidden(TEXTS.blocked);
  return chat;
}

function requireBotIn(world: World, group: Group): void {
  const status = membershipOf(group, world.bot.id)?.status;
  if (status === "kicked") throw forbidden(`bot was kicked from the ${group.kind} chat`);
  if (!isPresent(status)) throw forbidden(`bot is not a member of the ${group.kind} chat`);
}

/** `getChat` (https://core.telegram.org/bots/api#chatfullinfo). */
export function getChat(world: World, parameters: CallParameters): Record<string, unknown> {
  const chat = findReadableChat(world, parameters);
  const username = chat.kind === "private" ? chat.person.username : null;
  const takesGifts = chat.kind === "private";
  return {
    ...chatJson(chat),
    ...(username === null ? {} : { active_usernames: [username] }),
    ...(chat.kind === "group" ? { permissions: MEMBER_PERMISSIONS } : {}),
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: takesGifts,
      limited_gifts: takesGifts,
      unique_gifts: takesGifts,
      premium_subscription: takesGifts,
      gifts_from_channels: takesGifts,
    },
  };
}

/** What members of a new group may do (https://core.telegram.org/bots/api#chatpermissions). */
const MEMBER_PERMISSIONS = {
  can_send_messages: true,
  can_send_audios: true,
  can_send_documents: true,
  can_send_photos: true,
  can_send_videos: true,
  can_send_video_notes: true,
  can_send_voice_notes: true,
  can_send_polls: true,
  can_send_other_messages: true,
  can_add_web_page_previews: true,
  can_change_info: true,
  can_invite_users: true,
  can_pin_messages: true,
} as const;

/** `getChatMemberCount`. */
export function getChatMemberCount(world: World, parameters: CallParameters): number {
  const chat = findReadableChat(world, parameters);
  return chat.kind === "private" ? 2 : presentMembers(chat.group).length;
}

/** `sendChatAction`. */
export function sendChatAction(world: World, parameters: CallParameters): true {
  const chat = findWritableChat(world, parameters);
  const action = textParameter(parameters, "action");
  if (!CHAT_ACTIONS.has(action)) throw badRequest("wrong parameter action in request");
  world.changes.emit({ kind: "chatAction", chatId: chat.id, action });
  return true;
}

/** Refuses parameters that would change what a call does and that the sandbox does not act on. */
export function refuseUnmodelled(method: string, parameters: CallParameters, names: readonly string[]): void {
  const name = names.find((candidate) => textParameter(parameters, candidate) !== "");
  if (name !== undefined) throw notModelled(`the parameter ${name} of ${method}`);
}
