import { MESSAGE_TEXT_LIMIT } from "../bot-api/formatted-text.ts";
import { chatJson, messageJson, userJson } from "../bot-api/message-json.ts";
import type { Contact } from "../bot-api/types.ts";
import { enqueueUpdate } from "../bot-api/update-queue.ts";
import { detectEntities } from "../formatting/entities.ts";
import { storeMessage } from "../state/messages.ts";
import { isoNow, PEOPLE_LIMIT, type Person, type StoredMessage, type World } from "../state/world.ts";
import { unixSeconds } from "../time.ts";

/** An old own contact was sent this long before it is forwarded. */
const FORWARDED_AGE_MS = 30 * 24 * 60 * 60 * 1_000;
const START_PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/;

/** Something a person's client would not let them do. `code` is the control API's. */
export class PersonError extends Error {
  override readonly name = "PersonError";
  constructor(
    readonly code: "NOT_FOUND" | "CONFLICT" | "VALIDATION",
    message: string,
    readonly pointer?: string,
  ) {
    super(message);
  }
}

export interface NewPerson {
  firstName: string;
  lastName: string | null;
  username: string | null;
  phone: string;
  language: string;
}

/** `+` and 7 to 15 digits (E.164), whatever spaces, dashes and brackets it was written with; undefined when it is none. */
function normalisePhone(phone: string): string | undefined {
  const digits = phone.replace(/[\s().-]/g, "").replace(/^(\+|00)/, "");
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined;
}

/** Creates a person, or finds the one who has this phone already. Fails with VALIDATION on a phone that is none. */
export function createPerson(world: World, input: NewPerson): { person: Person; created: boolean } {
  const phone = normalisePhone(input.phone);
  if (phone === undefined) throw new PersonError("VALIDATION", "must have 7 to 15 digits", "/phone");
  const known = [...world.people.values()].find((person) => person.phone === phone);
  if (known !== undefined) return { person: known, created: false };
  if (world.people.size >= PEOPLE_LIMIT) throw new PersonError("CONFLICT", "the sandbox is full; reset it");
  const person: Person = {
    ...input,
    phone,
    id: world.nextIds.person++,
    started: false,
    blocked: false,
    deactivated: false,
    keyboard: null,
  };
  world.people.set(person.id, person);
  world.changes.emit({ kind: "person", personId: person.id });
  return { person, created: true };
}

export function findPerson(world: World, id: number): Person {
  const person = world.people.get(id);
  if (person === undefined) throw new PersonError("NOT_FOUND", `there is no person ${id}`);
  return person;
}

/** A tap on Start, or on a deep link with a payload; unblocks the bot, as Telegram's clients do. */
export function startBot(world: World, person: Person, payload: string | null): StoredMessage {
  if (payload !== null && !START_PAYLOAD.test(payload)) {
    throw new PersonError("VALIDATION", "must be 1 to 64 characters of A-Z a-z 0-9 _ -", "/payload");
  }
  if (person.blocked) setBlocked(world, person, false);
  person.started = true;
  world.changes.emit({ kind: "person", personId: person.id });
  return write(world, person, { text: payload === null ? "/start" : `/start ${payload}` });
}

/** Text as the person types it; it answers a forced reply that is open. */
export function sendText(world: World, person: Person, text: string): StoredMessage {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > MESSAGE_TEXT_LIMIT) {
    throw new PersonError("VALIDATION", `must have 1 to ${MESSAGE_TEXT_LIMIT} characters`, "/text");
  }
  requireOpenChat(person);
  return write(world, person, { text: trimmed });
}

export type ContactChoice =
  | { kind: "own" }
  | { kind: "forwardedOwn" }
  | { kind: "other"; phone: string; userId: number | null; firstName: string };

/** Shares a contact: the own one, somebody else's, or an own one that is forwarded from an older message. */
export function shareContact(world: World, person: Person, choice: ContactChoice): StoredMessage {
  requireOpenChat(person);
  const contact = choice.kind === "other" ? foreignContact(choice) : ownContact(person);
  const forwardedAt =
    choice.kind === "forwardedOwn"
      ? new Date(world.clock.now().getTime() - FORWARDED_AGE_MS).toISOString()
      : null;
  return write(world, person, { text: "", contact, forwardedAt });
}

function ownContact(person: Person): Contact {
  return {
    // Telegram often leaves the plus sign out, so a bot has to cope with that.
    phone_number: person.phone.slice(1),
    first_name: person.firstName,
    ...(person.lastName === null ? {} : { last_name: person.lastName }),
    user_id: person.id,
  };
}

function foreignContact(choice: Extract<ContactChoice, { kind: "other" }>): Contact {
  const phone = normalisePhone(choice.phone);
  if (phone === undefined) throw new PersonError("VALIDATION", "must have 7 to 15 digits", "/phone");
  return {
    phone_number: phone.slice(1),
    first_name: choice.firstName,
    ...(choice.userId === null ? {} : { user_id: choice.userId }),
  };
}

/** Lets the bot write without a tap on Start, as one who agrees to it when signing in does. */
export function letBotWrite(world: World, person: Person): void {
  if (person.blocked) setBlocked(world, person, false);
  person.started = true;
  world.changes.emit({ kind: "person", personId: person.id });
}

/** Blocks or unblocks the bot and tells it with `my_chat_member`; doing it twice changes nothing. */
export function setBlocked(world: World, person: Person, blocked: boolean): void {
  if (person.blocked === blocked) return;
  if (!person.started) throw new PersonError("CONFLICT", "press Start first");
  person.blocked = blocked;
  const member = { user: world.bot, status: "member" };
  const kicked = { user: world.bot, status: "kicked", until_date: 0 };
  enqueueUpdate(world, "my_chat_member", person.id, {
    chat: chatJson(person),
    from: userJson(person),
    date: unixSeconds(new Date(isoNow(world))),
    old_chat_member: blocked ? member : kicked,
    new_chat_member: blocked ? kicked : member,
  });
  world.changes.emit({ kind: "person", personId: person.id });
}

function requireOpenChat(person: Person): void {
  if (!person.started) throw new PersonError("CONFLICT", "press Start first");
  if (person.blocked) throw new PersonError("CONFLICT", "unblock the bot first");
}

type Written = Pick<StoredMessage, "text"> & Partial<Pick<StoredMessage, "contact" | "forwardedAt">>;

function write(world: World, person: Person, written: Written): StoredMessage {
  const replyToMessageId = person.keyboard?.markup.kind === "forceReply" ? person.keyboard.messageId : null;
  putKeyboardAway(person, written);
  const { text, entities } = detectEntities({ text: written.text, entities: [] });
  const message = storeMessage(world, {
    chatId: person.id,
    author: "person",
    ...written,
    text,
    entities,
    replyToMessageId,
  });
  enqueueUpdate(world, "message", person.id, messageJson(world, message));
  return message;
}

/** A forced reply is over with the reply, a one-time keyboard with the use of one of its buttons. */
function putKeyboardAway(person: Person, written: Written): void {
  const markup = person.keyboard?.markup;
  if (markup === undefined) return;
  if (markup.kind === "forceReply") person.keyboard = null;
  if (markup.kind !== "keyboard" || !markup.oneTime) return;
  const isContact = written.contact != null;
  const wasUsed = markup.rows
    .flat()
    .some((button) => (isContact ? button.request_contact === true : button.text === written.text));
  if (wasUsed) person.keyboard = null;
}
