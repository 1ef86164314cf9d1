import {
  changeBotStatus,
  changeMember,
  type StatusChange,
  storeServiceMessage,
} from "../bot-api/chat-members.ts";
import { isAdmin, isPresent, membershipOf, presentMembers } from "../state/chats.ts";
import type { Chat, Group, MemberStatus } from "../state/records.ts";
import { GROUPS_LIMIT, MEMBERS_PER_GROUP_LIMIT, type World } from "../state/world.ts";
import { findPerson } from "./people.ts";
import { PersonError } from "./person-error.ts";

/** What stands before the number of a supergroup (TDLib, DialogId.cpp). */
const SUPERGROUP_BASE = 1_000_000_000_000;

export interface NewGroup {
  title: string;
  kind: Group["kind"];
  /** People's ids; the first makes the group and owns it. */
  memberIds: number[];
  /** Whether the bot is brought in at once. */
  withBot: boolean;
}

type GroupChat = Extract<Chat, { kind: "group" }>;

export function findGroup(world: World, id: number): GroupChat {
  const group = world.groups.get(id);
  if (group === undefined) throw new PersonError("NOT_FOUND", `there is no group ${id}`);
  return { kind: "group", id, group };
}

/** Creates a group. A supergroup is made without the bot, which is added afterwards, as in Telegram. */
export function createGroup(world: World, { title, kind, memberIds, withBot }: NewGroup): GroupChat {
  if (world.groups.size >= GROUPS_LIMIT) throw new PersonError("CONFLICT", "the sandbox is full; reset it");
  const people = [...new Set(memberIds)].map((id) => findPerson(world, id));
  const [owner] = people;
  if (owner === undefined) throw new PersonError("VALIDATION", "must name somebody", "/members");
  if (people.length >= MEMBERS_PER_GROUP_LIMIT)
    throw new PersonError("VALIDATION", `must name fewer than ${MEMBERS_PER_GROUP_LIMIT}`, "/members");
  const number = world.nextIds.group++;
  const group: Group = {
    id: kind === "group" ? -number : -(SUPERGROUP_BASE + number),
    kind,
    title,
    members: people.map(({ id }) => ({
      userId: id,
      status: id === owner.id ? "creator" : "member",
      anonymous: false,
      keyboardMessageId: null,
    })),
    migratedTo: null,
    migratedFrom: null,
  };
  world.groups.set(group.id, group);
  world.changes.emit({ kind: "group", groupId: group.id });
  const chat: GroupChat = { kind: "group", id: group.id, group };
  if (kind === "group") storeServiceMessage(world, chat, { kind: "groupCreated" }, owner.id);
  if (withBot) changeBotStatus(world, chat, { status: "member", actorId: owner.id });
  return chat;
}

export interface MemberChange {
  userId: number;
  status: MemberStatus;
  anonymous: boolean;
  /** Who does it; null: the person alone, or the owner where nobody can do it to themselves. */
  actorId: number | null;
}

/** People join, leave, are kicked and promoted; so is the bot, when `userId` is its id. */
export function changeStanding(world: World, chat: GroupChat, change: MemberChange): void {
  const { group } = chat;
  const { userId, status, anonymous } = change;
  const isBot = userId === world.bot.id;
  if (!isBot) findPerson(world, userId);
  const before = membershipOf(group, userId)?.status ?? "left";
  if (group.migratedTo !== null)
    throw new PersonError("CONFLICT", `this group has become the supergroup ${group.migratedTo}`);
  if (status === "creator" || before === "creator") requireSameOwner(before, status);
  if (anonymous && !(isAdmin(status) && group.kind === "supergroup"))
    throw new PersonError("CONFLICT", "only admins of supergroups can hide", "/anonymous");
  const isFull = presentMembers(group).length >= MEMBERS_PER_GROUP_LIMIT;
  if (isPresent(status) && !isPresent(before) && isFull)
    throw new PersonError("CONFLICT", `a group has at most ${MEMBERS_PER_GROUP_LIMIT} members here`);
  const done: StatusChange = { status, anonymous, actorId: actorOf(world, chat, change, before) };
  if (isBot) changeBotStatus(world, chat, done);
  else changeMember(world, chat, userId, done);
}

/** A group has one owner from first to last; only whether the owner hides can change. */
function requireSameOwner(before: MemberStatus, status: MemberStatus): void {
  if (before !== status) throw new PersonError("CONFLICT", "a group keeps its owner here", "/status");
}

function actorOf(world: World, { group }: GroupChat, change: MemberChange, before: MemberStatus): number {
  if (change.actorId !== null) {
    if (!isPresent(membershipOf(group, change.actorId)?.status))
      throw new PersonError("CONFLICT", "who does it is not in the group", "/byPersonId");
    return change.actorId;
  }
  const comesOrGoes = change.status === "left" || (change.status === "member" && !isPresent(before));
  if (comesOrGoes && change.userId !== world.bot.id) return change.userId;
  return group.members.find(({ status }) => status === "creator")?.userId ?? change.userId;
}

/** The group becomes a supergroup with another id; both say so, and the old one can no longer be written to. */
export function migrateGroup(world: World, chat: GroupChat): GroupChat {
  const { group } = chat;
  if (group.kind === "supergroup") throw new PersonError("CONFLICT", "this is a supergroup already");
  if (group.migratedTo !== null) throw new PersonError("CONFLICT", "this group has become one already");
  if (world.groups.size >= GROUPS_LIMIT) throw new PersonError("CONFLICT", "the sandbox is full; reset it");
  const id = -(SUPERGROUP_BASE + world.nextIds.group++);
  const next: Group = {
    id,
    kind: "supergroup",
    title: group.title,
    members: group.members.map((member) => ({ ...member, keyboardMessageId: null })),
    migratedTo: null,
    migratedFrom: group.id,
  };
  const ownerId = group.members.find(({ status }) => status === "creator")?.userId ?? world.bot.id;
  world.groups.set(id, next);
  const supergroup: GroupChat = { kind: "group", id, group: next };
  storeServiceMessage(world, chat, { kind: "migratedTo", chatId: id }, ownerId);
  group.migratedTo = id;
  storeServiceMessage(world, supergroup, { kind: "migratedFrom", chatId: group.id }, ownerId);
  world.changes.emit({ kind: "group", groupId: group.id });
  world.changes.emit({ kind: "group", groupId: id });
  return supergroup;
}
