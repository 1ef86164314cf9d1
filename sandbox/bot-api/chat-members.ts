import { isAdmin, isPresent, membershipOf, presentMembers } from "../state/chats.ts";
import { storeMessage } from "../state/messages.ts";
import type { Chat, MemberStatus, Membership, ServiceEvent } from "../state/records.ts";
import { MEMBERS_PER_GROUP_LIMIT, type World } from "../state/world.ts";
import { unixSeconds } from "../time.ts";
import { findReadableChat, findWritableChat } from "./chats.ts";
import { badRequest, TEXTS } from "./errors.ts";
import { ANONYMOUS_ADMIN, chatJson, messageJson, userById } from "./message-json.ts";
import { type CallParameters, integerParameter } from "./parameters.ts";
import { enqueueUpdate } from "./update-queue.ts";

type GroupChat = Extract<Chat, { kind: "group" }>;

/** The rights of an admin who may do everything (https://core.telegram.org/bots/api#chatmemberadministrator). */
const ADMIN_RIGHTS = [
  "can_be_edited",
  "can_manage_chat",
  "can_change_info",
  "can_delete_messages",
  "can_invite_users",
  "can_restrict_members",
  "can_pin_messages",
  "can_promote_members",
  "can_manage_video_chats",
  "can_post_stories",
  "can_edit_stories",
  "can_delete_stories",
  "can_manage_voice_chats",
] as const;

/** A membership as the Bot API's `ChatMember`. */
export function memberJson(world: World, member: Pick<Membership, "userId" | "status" | "anonymous">) {
  const { userId, status, anonymous } = member;
  const about = { user: userById(world, userId), status };
  switch (status) {
    case "creator":
      return { ...about, is_anonymous: anonymous };
    case "administrator":
      return {
        ...about,
        ...Object.fromEntries(ADMIN_RIGHTS.map((right) => [right, true])),
        is_anonymous: anonymous,
      };
    case "kicked":
      return { ...about, until_date: 0 };
    case "member":
    case "left":
      return about;
  }
}

/** `getChatMember`: a private chat has two members. */
export function getChatMember(world: World, parameters: CallParameters): Record<string, unknown> {
  const chat = findReadableChat(world, parameters);
  const userId = integerParameter(parameters, "user_id", { fallback: 0 });
  if (userId <= 0) throw badRequest("invalid user_id specified");
  if (chat.kind === "group") {
    const member = membershipOf(chat.group, userId);
    if (member !== undefined) return memberJson(world, member);
    if (!world.people.has(userId)) throw badRequest(TEXTS.memberNotFound);
    return memberJson(world, { userId, status: "left", anonymous: false });
  }
  const { person } = chat;
  if (userId === person.id) return memberJson(world, { userId, status: "member", anonymous: false });
  if (userId !== world.bot.id) throw badRequest(TEXTS.memberNotFound);
  return memberJson(world, { userId, status: person.blocked ? "left" : "member", anonymous: false });
}

/** `getChatAdministrators`: people only, as bots other than the asking one are left out. */
export function getChatAdministrators(world: World, parameters: CallParameters): Record<string, unknown>[] {
  const chat = findReadableChat(world, parameters);
  if (chat.kind === "private") throw badRequest("there are no administrators in the private chat");
  return presentMembers(chat.group)
    .filter(({ status }) => isAdmin(status))
    .map((member) => memberJson(world, member));
}

/** `leaveChat`. */
export function leaveChat(world: World, parameters: CallParameters): true {
  const chat = findWritableChat(world, parameters);
  if (chat.kind === "private") throw badRequest("can't leave private chats");
  changeBotStatus(world, chat, { status: "left", actorId: world.bot.id });
  return true;
}

export interface StatusChange {
  status: MemberStatus;
  /** Who did it: a person's id, or the bot's. */
  actorId: number;
  anonymous?: boolean;
}

const ABSENT = { status: "left", anonymous: false } as const;

/** Changes what the bot is in a group, and tells it with `my_chat_member`. Nothing happens where nothing changes. */
export function changeBotStatus(world: World, chat: GroupChat, change: StatusChange): void {
  const before = setMembership(world, chat, world.bot.id, change);
  if (before === undefined) return;
  tellOfMember(world, chat, {
    kind: "my_chat_member",
    userId: world.bot.id,
    before,
    actorId: change.actorId,
  });
  announce(world, chat, { userId: world.bot.id, before: before.status, change });
}

/** Changes what a person is in a group; a bot that is an admin can be told with `chat_member`. */
export function changeMember(world: World, chat: GroupChat, userId: number, change: StatusChange): void {
  const before = setMembership(world, chat, userId, change);
  if (before === undefined) return;
  if (isAdmin(membershipOf(chat.group, world.bot.id)?.status))
    tellOfMember(world, chat, { kind: "chat_member", userId, before, actorId: change.actorId });
  announce(world, chat, { userId, before: before.status, change });
}

type Standing = Pick<Membership, "status" | "anonymous">;

/** What somebody was before; undefined where nothing changes. */
function setMembership(
  world: World,
  { group }: GroupChat,
  userId: number,
  { status, anonymous = false }: StatusChange,
): Standing | undefined {
  const member = membershipOf(group, userId);
  const before: Standing =
    member === undefined ? ABSENT : { status: member.status, anonymous: member.anonymous };
  if (before.status === status && before.anonymous === anonymous) return undefined;
  if (member !== undefined) Object.assign(member, { status, anonymous });
  else group.members.push({ userId, status, anonymous, keyboardMessageId: null });
  if (member !== undefined && !isPresent(status)) member.keyboardMessageId = null;
  forgetAbsent(world, group.members);
  world.changes.emit({ kind: "group", groupId: group.id });
  return before;
}

/** Who left long ago makes room; the bot's own past is kept, for its errors depend on it. */
function forgetAbsent(world: World, members: Membership[]): void {
  while (members.length > MEMBERS_PER_GROUP_LIMIT * 2) {
    const gone = members.findIndex(({ userId, status }) => userId !== world.bot.id && !isPresent(status));
    if (gone === -1) return;
    members.splice(gone, 1);
  }
}

interface MemberNews {
  kind: "my_chat_member" | "chat_member";
  userId: number;
  before: Standing;
  actorId: number;
}

function tellOfMember(world: World, chat: GroupChat, { kind, userId, before, actorId }: MemberNews): void {
  const now = membershipOf(chat.group, userId) ?? { ...ABSENT, userId };
  const isHidden = membershipOf(chat.group, actorId)?.anonymous === true && actorId !== userId;
  enqueueUpdate(world, kind, chat.id, {
    chat: chatJson(chat),
    from: isHidden ? ANONYMOUS_ADMIN : userById(world, actorId),
    date: unixSeconds(world.clock.now()),
    old_chat_member: memberJson(world, { userId, ...before }),
    new_chat_member: memberJson(world, now),
  });
}

/** The service message of coming and going; the bot hears it while it is there, and hears of its own going. */
function announce(
  world: World,
  chat: GroupChat,
  { userId, before, change }: { userId: number; before: MemberStatus; change: StatusChange },
): void {
  const [was, is] = [isPresent(before), isPresent(change.status)];
  if (was === is) return;
  storeServiceMessage(
    world,
    chat,
    is ? { kind: "joined", userIds: [userId] } : { kind: "left", userId },
    change.actorId,
  );
}

/** Writes a service message of `actorId` into a group, and tells the bot if it is there or was until now. */
export function storeServiceMessage(
  world: World,
  chat: GroupChat,
  service: ServiceEvent,
  actorId: number,
): void {
  const isBot = actorId === world.bot.id;
  const message = storeMessage(world, {
    chatId: chat.id,
    author: isBot ? "bot" : "person",
    personId: isBot ? null : actorId,
    anonymous: !isBot && membershipOf(chat.group, actorId)?.anonymous === true,
    text: "",
    service,
  });
  const isOwnEnd = service.kind === "left" && service.userId === world.bot.id;
  const hears = isOwnEnd || isPresent(membershipOf(chat.group, world.bot.id)?.status);
  if (hears) enqueueUpdate(world, "message", chat.id, messageJson(world, message));
}
