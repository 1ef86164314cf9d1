import { expect, test } from "bun:test";
import { CALL_LOG_LIMIT, CALL_LOG_PARAMETERS_LIMIT, createCallLog } from "../bot-api/call-log.ts";
import { openCallbackQuery } from "../bot-api/callback-queries.ts";
import { setMyCommands } from "../bot-api/commands.ts";
import { readPhoto } from "../bot-api/photos.ts";
import { enqueueUpdate } from "../bot-api/update-queue.ts";
import { botUserOf, SANDBOX_BOT_TOKEN } from "../bot-identity.ts";
import { changeStanding, createGroup } from "../people/groups.ts";
import { createPerson } from "../people/people.ts";
import { createVirtualTime } from "../testing/virtual-time.ts";
import { createChanges } from "./changes.ts";
import { EARLIER_TEXTS_LIMIT, reviseMessage, storeMessage } from "./messages.ts";
import {
  CALLBACK_QUERIES_LIMIT,
  COMMAND_LISTS_LIMIT,
  createWorld,
  FILES_LIMIT,
  FILES_LIMIT_BYTES,
  GROUPS_LIMIT,
  MEMBERS_PER_GROUP_LIMIT,
  MESSAGES_LIMIT,
  MESSAGES_PER_CHAT_LIMIT,
  PENDING_UPDATES_LIMIT,
  PEOPLE_LIMIT,
  type World,
} from "./world.ts";

function newWorld(): World {
  const { clock, timers } = createVirtualTime();
  const bot = botUserOf(SANDBOX_BOT_TOKEN);
  return createWorld({ clock, timers, changes: createChanges(), bot, readsGroups: false });
}

const person = (world: World, n: number) =>
  createPerson(world, {
    firstName: "Ada",
    lastName: null,
    username: null,
    phone: `+1202${String(n).padStart(7, "0")}`,
    language: "en",
  }).person;

const times = (count: number, act: (n: number) => unknown) => {
  for (let n = 0; n < count; n += 1) act(n);
};

test("emulator-23: a chat keeps its newest messages, and all chats together the newest of all", () => {
  const world = newWorld();
  const write = (chatId: number) => storeMessage(world, { chatId, author: "bot", text: "x" });
  times(MESSAGES_PER_CHAT_LIMIT + 5, () => write(1));
  expect([...(world.chats.get(1)?.keys() ?? [])].slice(0, 1)).toEqual([6]);
  expect(world.chats.get(1)?.size).toBe(MESSAGES_PER_CHAT_LIMIT);
  times(MESSAGES_LIMIT + 1_000, (n) => write(2 + (n % 1_000)));
  const kept = [...world.chats.values()].reduce((sum, { size }) => sum + size, 0);
  expect([kept, world.messageChats.size, world.chats.get(1)?.size]).toEqual([
    MESSAGES_LIMIT,
    MESSAGES_LIMIT,
    0,
  ]);
});

test("emulator-23: an edited message keeps its last few texts", () => {
  const world = newWorld();
  const message = storeMessage(world, { chatId: 1, author: "bot", text: "0" });
  times(EARLIER_TEXTS_LIMIT + 3, (n) => reviseMessage(world, message, { text: `${n + 1}` }));
  expect(message.earlierTexts).toEqual(["3", "4", "5", "6", "7"]);
});

test("emulator-23: updates, callback queries and lists of commands are forgotten oldest first", () => {
  const world = newWorld();
  times(PENDING_UPDATES_LIMIT + 5, (n) => enqueueUpdate(world, "message", 1, { n }));
  expect([world.pendingUpdates.length, world.pendingUpdates[0]?.update.message]).toEqual([
    PENDING_UPDATES_LIMIT,
    { n: 5 },
  ]);
  times(CALLBACK_QUERIES_LIMIT + 5, () =>
    openCallbackQuery(world, { personId: 1, chatId: 1, messageId: 1, data: "" }),
  );
  expect(world.callbackQueries.size).toBe(CALLBACK_QUERIES_LIMIT);
  const { id } = person(world, 0);
  times(COMMAND_LISTS_LIMIT + 5, (n) => {
    const language = `aa${n.toString(36).replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "")}`;
    const scope = { type: "chat", chat_id: id };
    const commands = [{ command: "a", description: "b" }];
    setMyCommands(
      world,
      new Map<string, unknown>([
        ["scope", scope],
        ["commands", commands],
        ["language_code", language],
      ]),
    );
  });
  expect(world.commands.size).toBeLessThanOrEqual(COMMAND_LISTS_LIMIT);
});

test("emulator-23: people, groups and members stop where there are enough", () => {
  const world = newWorld();
  const people = Array.from({ length: PEOPLE_LIMIT }, (_, n) => {
    // Made without the search for the phone, which is another's matter and takes its time.
    const id = world.nextIds.person++;
    world.people.set(id, { ...person(newWorld(), n), id });
    return id;
  });
  expect(() => person(world, PEOPLE_LIMIT)).toThrow("full");
  const [owner = 0] = people;
  const make = () => createGroup(world, { title: "T", kind: "group", memberIds: [owner], withBot: true });
  const first = make();
  times(GROUPS_LIMIT - 1, make);
  expect(make).toThrow("full");
  const join = (userId: number | undefined, status: "member" | "left" = "member") =>
    changeStanding(world, first, { userId: userId ?? 0, status, anonymous: false, actorId: null });
  times(MEMBERS_PER_GROUP_LIMIT - 2, (n) => join(people[n + 1]));
  expect(() => join(people[MEMBERS_PER_GROUP_LIMIT])).toThrow("at most");
  times(3 * MEMBERS_PER_GROUP_LIMIT, (n) => {
    join(people[n + 1], "left");
    join(people[MEMBERS_PER_GROUP_LIMIT - 1 + n]);
  });
  expect(first.group.members.length).toBeLessThanOrEqual(2 * MEMBERS_PER_GROUP_LIMIT);
});

test("emulator-23: pictures are forgotten oldest first, by number and by size", () => {
  const world = newWorld();
  const upload = (size: number) => {
    const bytes = new Uint8Array(size);
    bytes.set(new TextEncoder().encode("GIF89a"));
    bytes.set([10, 0, 10, 0], 6);
    readPhoto(world, new Map([["photo", bytes]]));
  };
  times(FILES_LIMIT + 5, () => upload(100));
  expect(world.files.size).toBe(FILES_LIMIT);
  times(7, () => upload(9_000_000));
  const kept = [...world.files.values()].reduce((sum, { length }) => sum + length, 0);
  expect(kept).toBeLessThanOrEqual(FILES_LIMIT_BYTES);
});

test("emulator-23: calls are forgotten oldest first, and none is remembered at any length", () => {
  const world = newWorld();
  const calls = createCallLog(world);
  times(CALL_LOG_LIMIT + 5, (n) => calls.begin("sendMessage", new Map([["n", n]])));
  expect([calls.list().length, calls.list()[0]?.params]).toEqual([CALL_LOG_LIMIT, { n: 5 }]);
  const long = calls.begin(
    "sendMessage",
    new Map([
      ["chat_id", "1"],
      ["text", "x".repeat(500_000)],
      ["later", "y"],
    ]),
  );
  expect(JSON.stringify(long.params).length).toBeLessThan(CALL_LOG_PARAMETERS_LIMIT);
  expect(long.params).toMatchObject({ chat_id: "1" });
});
