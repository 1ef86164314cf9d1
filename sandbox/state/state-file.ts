import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isRecord, parseJson } from "../json.ts";
import type { TimerHandle } from "../time.ts";
import { completeMessage, keepMessage, type MessageDraft } from "./messages.ts";
import type { StoredMessage } from "./records.ts";
import { idsAfter, type World } from "./world.ts";

/** A change reaches the file within this time, while the world is small. */
const SAVE_DELAY_MS = 250;
/**
 * A save that holds the process up for long makes the next one wait this many times as long, so that saving takes a
 * fiftieth of it at most. A large world is then seconds behind in its file, until `flush`.
 */
const SAVE_REST_FACTOR = 50;
const FORMAT_VERSION = 1;

export interface StateFile {
  /** Fills the world from the file. A file that cannot be read is set aside and said so; it never stops the start. */
  load(): Promise<void>;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Keeps the world in a JSON file, written to a temporary name and renamed, so that it is always whole. */
export function createStateFile(world: World, path: string, log: (line: string) => void): StateFile {
  let timer: TimerHandle;
  let isScheduled = false;
  let isDirty = false;
  let writing: Promise<void> = Promise.resolve();
  let delayMs = SAVE_DELAY_MS;

  const save = async () => {
    if (!isDirty) return;
    isDirty = false;
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.new`;
    const startedAt = performance.now();
    const bytes = Buffer.from(JSON.stringify(snapshot(world)));
    delayMs = Math.max(SAVE_DELAY_MS, (performance.now() - startedAt) * SAVE_REST_FACTOR);
    // The disk's time is not the process's.
    await writeFile(temporary, bytes, { mode: 0o600 });
    await rename(temporary, path);
  };

  const flush = () => {
    world.timers.clear(timer);
    isScheduled = false;
    writing = writing.then(save).catch((error: unknown) => {
      isDirty = true;
      log(`sandbox: cannot write ${path} (${codeOf(error)}); the chats live in memory until it works`);
    });
    return writing;
  };

  const unsubscribe = world.changes.subscribe((change) => {
    if (change.kind === "call" || change.kind === "chatAction") return;
    isDirty = true;
    if (isScheduled) return;
    isScheduled = true;
    timer = world.timers.set(() => void flush(), delayMs);
  });

  return {
    async load() {
      const text = await readFile(path, "utf8").catch((error: unknown) => {
        if (codeOf(error) !== "ENOENT")
          log(`sandbox: cannot read ${path} (${codeOf(error)}); starting empty`);
        return undefined;
      });
      if (text === undefined || restore(world, parseJson(text))) return;
      const aside = `${path}.broken-${world.clock.now().getTime()}`;
      await rename(path, aside);
      log(`sandbox: ${path} is not a sandbox state; it was moved to ${aside} and the sandbox starts empty`);
    },
    flush,
    async stop() {
      unsubscribe();
      await flush();
    },
  };
}

function codeOf(error: unknown): string {
  return isRecord(error) && typeof error.code === "string" ? error.code : "unknown error";
}

function snapshot(world: World) {
  return {
    formatVersion: FORMAT_VERSION,
    nextIds: world.nextIds,
    people: [...world.people.values()],
    groups: [...world.groups.values()],
    messages: [...world.chats.values()].flatMap((chat) => [...chat.values()]),
    mails: [...world.mails.values()],
    callbackQueries: [...world.callbackQueries.values()],
    commands: [...world.commands],
    menuButtons: [...world.menuButtons],
    pendingUpdates: world.pendingUpdates,
    allowedUpdates: world.allowedUpdates,
    webhook: world.webhook,
    loggedOutUntil: world.loggedOutUntil,
  };
}

/** What a file holds; groups and mails are missing where an older version wrote it. */
type Snapshot = Omit<ReturnType<typeof snapshot>, "groups" | "mails"> &
  Partial<Pick<ReturnType<typeof snapshot>, "groups" | "mails">>;

/** Whether the value has the outline of a snapshot; what is inside was written by this file. */
function isSnapshot(value: unknown): value is Snapshot {
  if (!isRecord(value) || value.formatVersion !== FORMAT_VERSION || !isRecord(value.nextIds)) return false;
  const lists = ["people", "messages", "callbackQueries", "commands", "menuButtons", "pendingUpdates"];
  return lists.every((name) => Array.isArray(value[name]));
}

function restore(world: World, value: unknown): boolean {
  if (!isSnapshot(value)) return false;
  Object.assign(world.nextIds, idsAfter(value.nextIds, world.clock));
  for (const person of value.people) world.people.set(person.id, person);
  for (const group of value.groups ?? []) world.groups.set(group.id, group);
  for (const message of value.messages.toSorted((a, b) => a.messageId - b.messageId))
    keepMessage(world, messageOf(message));
  for (const mail of value.mails ?? []) world.mails.set(mail.id, mail);
  for (const query of value.callbackQueries)
    world.callbackQueries.set(query.id, { ...query, chatId: query.chatId ?? query.personId });
  for (const [scope, commands] of value.commands) world.commands.set(scope, commands);
  for (const [chatId, button] of value.menuButtons) world.menuButtons.set(chatId, button);
  for (const pending of value.pendingUpdates)
    world.pendingUpdates.push({ ...pending, repeats: pending.repeats ?? 0 });
  world.allowedUpdates = value.allowedUpdates;
  world.webhook = value.webhook;
  world.loggedOutUntil = value.loggedOutUntil;
  return true;
}

/** A message as it is kept now; what an older version did not know is empty. */
function messageOf(saved: MessageDraft & Pick<StoredMessage, "messageId" | "sentAt">): StoredMessage {
  return completeMessage(saved, saved.messageId, saved.sentAt);
}
