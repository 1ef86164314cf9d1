import { isAdmin, isPresent, membershipOf } from "../state/chats.ts";
import { findMessage } from "../state/messages.ts";
import type { Group, StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";

/**
 * Whether the bot is told of a message in a group. As an admin it sees everything; else privacy mode holds
 * (https://core.telegram.org/bots/features#privacy-mode): service messages, commands for it, replies to it and mentions.
 * A command without a name is for it, as there is no other bot here.
 */
export function isSeenByBot(world: World, group: Group, message: StoredMessage): boolean {
  const status = membershipOf(group, world.bot.id)?.status;
  if (!isPresent(status)) return false;
  if (isAdmin(status) || world.readsGroups || message.service !== null) return true;
  return isAnswerToBot(world, message) || namesBot(message, world.bot.username ?? "");
}

function isAnswerToBot(world: World, { chatId, replyToMessageId }: StoredMessage): boolean {
  if (replyToMessageId === null) return false;
  return findMessage(world, chatId, replyToMessageId)?.author === "bot";
}

function namesBot({ text, entities }: StoredMessage, username: string): boolean {
  const own = username.toLowerCase();
  return entities.some(({ type, offset, length }) => {
    const [before = "", name] = text
      .slice(offset, offset + length)
      .toLowerCase()
      .split("@");
    if (type === "mention") return name === own;
    if (type !== "bot_command") return false;
    return name === undefined ? offset === 0 && before !== "" : name === own;
  });
}
