import { memberJson } from "../bot-api/chat-members.ts";
import { chatJson, userJson } from "../bot-api/message-json.ts";
import { enqueueUpdate } from "../bot-api/update-queue.ts";
import type { Person, StoredMessage } from "../state/records.ts";
import { PEOPLE_LIMIT, type World } from "../state/world.ts";
import { unixSeconds } from "../time.ts";
import { PersonError } from "./person-error.ts";
import { requireAccount, write } from "./writing.ts";

const START_PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/;

export interface NewPerson {
  firstName: string;
  lastName: string | null;
  username: string | null;
  phone: string;
  language: string;
}

/** `+` and 7 to 15 digits (E.164), whatever spaces, dashes and brackets it was written with; undefined when it is none. */
export function normalisePhone(phone: string): string | undefined {
  const digits = phone.replace(/[\s().-]/g, "").replace(/^(\+|00)/, "");
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined;
}

/** Creates a person, or finds the one who has this phone already. Fails with VALIDATION on a phone that is none. */
export function createPerson(world: World, input: NewPerson): { person: Person; created: boolean } {
  const phone = normalisePhone(input.phone);
  if (phone === undefined) throw new PersonError("VALIDATION", "must have 7 to 15 digits", "/phone");
  const known = [...world.people.values()].find((person) => person.phone === phone && !person.deactivated);
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
  requireAccount(person);
  letBotWrite(world, person);
  const text = payload === null ? "/start" : `/start ${payload}`;
  return write(world, person, { kind: "private", id: person.id, person }, { text });
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
  requireAccount(person);
  if (!person.started) throw new PersonError("CONFLICT", "press Start first");
  person.blocked = blocked;
  const standing = (isOut: boolean) =>
    memberJson(world, { userId: world.bot.id, status: isOut ? "kicked" : "member", anonymous: false });
  enqueueUpdate(world, "my_chat_member", person.id, {
    chat: chatJson({ kind: "private", id: person.id, person }),
    from: userJson(person),
    date: unixSeconds(world.clock.now()),
    old_chat_member: standing(!blocked),
    new_chat_member: standing(blocked),
  });
  world.changes.emit({ kind: "person", personId: person.id });
}

/** The person deletes the account: the bot gets 403 from now on, and the phone is free for somebody new. */
export function deactivate(world: World, person: Person): void {
  person.deactivated = true;
  person.keyboard = null;
  world.changes.emit({ kind: "person", personId: person.id });
}
