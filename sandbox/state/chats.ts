import { findMessage } from "./messages.ts";
import type { Chat, Group, MemberStatus, Membership, Person, ShownKeyboard } from "./records.ts";
import type { World } from "./world.ts";

/** The chat with this id: a person's with the bot, or a group's. */
export function chatById(world: World, chatId: number): Chat | undefined {
  const person = world.people.get(chatId);
  if (person !== undefined) return { kind: "private", id: chatId, person };
  const group = world.groups.get(chatId);
  return group === undefined ? undefined : { kind: "group", id: chatId, group };
}

export function membershipOf(group: Group, userId: number): Membership | undefined {
  return group.members.find((member) => member.userId === userId);
}

/** Whether somebody with this status is in the group. */
export function isPresent(status: MemberStatus | undefined): boolean {
  return status === "creator" || status === "administrator" || status === "member";
}

export function isAdmin(status: MemberStatus | undefined): boolean {
  return status === "creator" || status === "administrator";
}

/** The members who are in the group now, the bot among them. */
export function presentMembers(group: Group): Membership[] {
  return group.members.filter(({ status }) => isPresent(status));
}

/** The keyboard or forced reply that a person has on the screen in a chat. */
export function keyboardOf(world: World, chat: Chat, person: Person): ShownKeyboard | null {
  if (chat.kind === "private") return person.keyboard;
  const messageId = membershipOf(chat.group, person.id)?.keyboardMessageId ?? null;
  const markup = messageId === null ? null : findMessage(world, chat.id, messageId)?.replyMarkup;
  if (messageId === null || markup == null || markup.kind === "remove") return null;
  return { markup, messageId };
}

/** Takes a keyboard off a person's screen. */
export function putKeyboardAway(chat: Chat, person: Person): void {
  if (chat.kind === "private") person.keyboard = null;
  const membership = chat.kind === "group" ? membershipOf(chat.group, person.id) : undefined;
  if (membership !== undefined) membership.keyboardMessageId = null;
}
