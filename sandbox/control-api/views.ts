import type { InlineButton } from "../bot-api/types.ts";
import { writeHtml } from "../formatting/html-writer.ts";
import type { Change } from "../state/changes.ts";
import { chatById, keyboardOf } from "../state/chats.ts";
import type { CallbackQuery, Group, Person, ServiceEvent, StoredMessage } from "../state/records.ts";
import type { World } from "../state/world.ts";

/** A person as the control API shows one. */
export function personView(person: Person) {
  return {
    id: person.id,
    firstName: person.firstName,
    lastName: person.lastName,
    username: person.username,
    phone: person.phone,
    language: person.language,
    started: person.started,
    blocked: person.blocked,
    deactivated: person.deactivated,
    keyboard: person.keyboard?.markup ?? null,
  };
}

/** A group as the control API shows one; the bot is among the members. */
export function groupView(world: World, { id, kind, title, members, migratedTo, migratedFrom }: Group) {
  return {
    id,
    kind,
    title,
    migratedTo,
    migratedFrom,
    members: members.map(({ userId, status, anonymous }) => ({
      userId,
      name: nameOf(world, userId),
      isBot: userId === world.bot.id,
      status,
      anonymous,
    })),
  };
}

/** A message as the control API shows one; `html` is safe to parse back with the Bot API's HTML mode. */
export function messageView(world: World, message: StoredMessage) {
  return {
    messageId: message.messageId,
    chatId: message.chatId,
    from: message.author,
    personId: message.personId,
    /** Whose name the others in the chat see. */
    fromName: writerOf(world, message),
    anonymous: message.anonymous,
    text: message.text,
    html: writeHtml(message),
    entities: message.entities,
    contact: contactView(message),
    location: message.location,
    photo: message.photo,
    webAppData: message.webAppData,
    /** What a service message says, in words. */
    note: message.service === null ? null : noteOf(world, message.service),
    forwarded: message.forwardedAt !== null,
    buttons: (message.inlineKeyboard ?? []).map((row) => row.map(buttonView)),
    keyboard: message.replyMarkup,
    replyToMessageId: message.replyToMessageId,
    protectContent: message.protectContent,
    editedAt: message.editedAt,
    earlierTexts: message.earlierTexts,
    sentAt: message.sentAt,
  };
}

function nameOf(world: World, userId: number): string {
  return world.people.get(userId)?.firstName ?? world.bot.first_name;
}

function writerOf(world: World, message: StoredMessage): string {
  if (message.anonymous) return world.groups.get(message.chatId)?.title ?? "";
  return nameOf(world, message.personId ?? world.bot.id);
}

function noteOf(world: World, event: ServiceEvent): string {
  switch (event.kind) {
    case "groupCreated":
      return "The group was created";
    case "joined":
      return `${event.userIds.map((userId) => nameOf(world, userId)).join(", ")} joined the group`;
    case "left":
      return `${nameOf(world, event.userId)} left the group`;
    case "migratedTo":
      return `This group has become the supergroup ${event.chatId}`;
    case "migratedFrom":
      return `This supergroup was the group ${event.chatId}`;
  }
}

function contactView({ contact }: StoredMessage) {
  if (contact === null) return null;
  return {
    phone: `+${contact.phone_number}`,
    firstName: contact.first_name,
    userId: contact.user_id ?? null,
  };
}

function buttonView(button: InlineButton) {
  const url = button.url ?? button.web_app?.url;
  return {
    label: button.text,
    ...(button.callback_data === undefined ? {} : { data: button.callback_data }),
    ...(url === undefined ? {} : { url }),
    ...(button.copy_text === undefined ? {} : { copyText: button.copy_text.text }),
    ...(button.style === undefined ? {} : { style: button.style }),
  };
}

export function callbackQueryView(query: CallbackQuery) {
  return { callbackQueryId: query.id, messageId: query.messageId, data: query.data, answer: query.answer };
}

/** Who looks at which chat. */
export interface Onlooker {
  personId: number;
  chatId: number;
}

/** What a person's client, open at a chat, would be told about a change; undefined when it is not about them. */
export function eventView(
  world: World,
  change: Change,
  { personId, chatId }: Onlooker,
): Record<string, unknown> | undefined {
  const person = world.people.get(personId);
  switch (change.kind) {
    case "reset":
      return { kind: "reset" };
    case "person":
      if (change.personId !== personId || person === undefined) return undefined;
      return { kind: "person", person: personView(person) };
    case "group": {
      const group = world.groups.get(change.groupId);
      return group === undefined ? undefined : { kind: "group", group: groupView(world, group) };
    }
    case "callbackAnswer":
      if (change.query.personId !== personId || change.query.chatId !== chatId) return undefined;
      return { kind: "callbackAnswer", ...callbackQueryView(change.query) };
    case "message":
    case "edit":
    case "delete":
    case "chatAction":
      return change.chatId === chatId ? chatEvent(world, change, person) : undefined;
    default:
      return undefined;
  }
}

type ChatChange = Extract<Change, { kind: "message" | "edit" | "delete" | "chatAction" }>;

function chatEvent(world: World, change: ChatChange, person: Person | undefined) {
  if (change.kind === "chatAction") return { kind: "chatAction", action: change.action };
  const chat = chatById(world, change.chatId);
  const shown = chat === undefined || person === undefined ? null : keyboardOf(world, chat, person);
  const keyboard = shown?.markup ?? null;
  if (change.kind === "delete") return { kind: "delete", messageId: change.messageId, keyboard };
  return { kind: change.kind, message: messageView(world, change.message), keyboard };
}
