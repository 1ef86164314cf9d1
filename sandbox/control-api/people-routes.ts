import { commandsShownTo } from "../bot-api/commands.ts";
import { initDataOf } from "../people/init-data.ts";
import {
  type ContactChoice,
  createPerson,
  findPerson,
  sendText,
  setBlocked,
  shareContact,
  startBot,
} from "../people/people.ts";
import { type TapResult, tapData, tapLabel } from "../people/taps.ts";
import { messagesAfter } from "../state/messages.ts";
import { waitForChange } from "../state/waiting.ts";
import type { Person, StoredMessage, World } from "../state/world.ts";
import { eventStream } from "./event-stream.ts";
import { optionalFlag, optionalInteger, optionalText, readFields, requiredText } from "./fields.ts";
import { Problem } from "./problem.ts";
import type { Route, RouteInput } from "./routing.ts";
import { callbackQueryView, messageView, personView } from "./views.ts";

/** The longest that `waitMs` holds an answer back. */
const WAIT_LIMIT_MS = 25_000;
const NAME_LIMIT = 64;
const TEXT_LIMIT = 10_000;
/** A day: init data that old are stale for everybody. */
const AGE_RANGE_SECONDS = { min: 0, max: 86_400 };
const ID_RANGE = { min: 1, max: Number.MAX_SAFE_INTEGER };
const json = (body: unknown, status = 200) =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });

/** The routes that drive people: they do what a person does with a phone in the hand. */
export function peopleRoutes(world: World, webAppKey: string): Route[] {
  const personOf = (id: string | undefined): Person => findPerson(world, Number(id));
  const sent = (message: StoredMessage) =>
    json({ messageId: message.messageId, message: messageView(message) }, 201);
  return [
    ["GET", "/people", () => json({ items: [...world.people.values()].map(personView) })],
    ["POST", "/people", ({ request }) => addPerson(world, request)],
    ["GET", "/people/:id", ({ id }) => json(personView(personOf(id)))],
    [
      "POST",
      "/people/:id/start",
      async ({ id, request }) => {
        const fields = await readFields(request, ["payload"]);
        return sent(startBot(world, personOf(id), optionalText(fields, "payload", TEXT_LIMIT)));
      },
    ],
    [
      "POST",
      "/people/:id/messages",
      async ({ id, request }) => {
        const fields = await readFields(request, ["text"]);
        return sent(sendText(world, personOf(id), requiredText(fields, "text", TEXT_LIMIT)));
      },
    ],
    ["GET", "/people/:id/messages", ({ id, ...input }) => listMessages(world, personOf(id), input)],
    [
      "POST",
      "/people/:id/contact",
      async ({ id, request }) => sent(shareContact(world, personOf(id), await readContactChoice(request))),
    ],
    ["POST", "/people/:id/taps", ({ id, ...input }) => tap(world, personOf(id), input)],
    [
      "POST",
      "/people/:id/block",
      async ({ id, request }) => {
        const fields = await readFields(request, ["blocked"]);
        setBlocked(world, personOf(id), optionalFlag(fields, "blocked"));
        return json(personView(personOf(id)));
      },
    ],
    [
      "POST",
      "/people/:id/init-data",
      async ({ id, request }) => {
        const fields = await readFields(request, ["startParam", "ageSeconds"]);
        const initData = initDataOf(world, personOf(id), webAppKey, {
          startParam: optionalText(fields, "startParam", TEXT_LIMIT),
          ageSeconds: optionalInteger(fields, "ageSeconds", AGE_RANGE_SECONDS) ?? 0,
        });
        return json({ initData });
      },
    ],
    [
      "GET",
      "/people/:id/events",
      ({ id, request, stopped }) => {
        const signal = AbortSignal.any([request.signal, stopped]);
        return eventStream(world, personOf(id).id, signal);
      },
    ],
  ];
}

async function addPerson(world: World, request: Request): Promise<Response> {
  const fields = await readFields(request, ["firstName", "lastName", "username", "phone", "language"]);
  const { person, created } = createPerson(world, {
    firstName: requiredText(fields, "firstName", NAME_LIMIT),
    lastName: optionalText(fields, "lastName", NAME_LIMIT),
    username: optionalText(fields, "username", NAME_LIMIT),
    phone: requiredText(fields, "phone", NAME_LIMIT),
    language: optionalText(fields, "language", NAME_LIMIT) ?? "en",
  });
  return json(personView(person), created ? 201 : 200);
}

async function readContactChoice(request: Request): Promise<ContactChoice> {
  const fields = await readFields(request, ["phone", "userId", "firstName", "forwarded"]);
  if (optionalFlag(fields, "forwarded")) return { kind: "forwardedOwn" };
  const phone = optionalText(fields, "phone", NAME_LIMIT);
  if (phone === null) return { kind: "own" };
  const firstName = optionalText(fields, "firstName", NAME_LIMIT) ?? "Somebody else";
  return { kind: "other", phone, firstName, userId: optionalInteger(fields, "userId", ID_RANGE) };
}

type Input = Pick<RouteInput, "request" | "stopped">;

async function listMessages(world: World, person: Person, { request, stopped }: Input): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const after = wholeNumber(query.get("after"), "after");
  const timeoutMs = Math.min(WAIT_LIMIT_MS, wholeNumber(query.get("waitMs"), "waitMs"));
  const found = await waitForChange(
    world,
    () => {
      const messages = messagesAfter(world, person.id, after);
      return messages.length > 0 && messages;
    },
    { timeoutMs, signal: AbortSignal.any([request.signal, stopped]) },
  );
  return json({
    items: (found ?? []).map(messageView),
    keyboard: person.keyboard?.markup ?? null,
    commands: commandsShownTo(world, person),
  });
}

function wholeNumber(text: string | null, name: string): number {
  const value = Number(text ?? 0);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Problem("VALIDATION", "must be a whole number", `/query/${name}`);
}

async function tap(world: World, person: Person, { request, stopped }: Input): Promise<Response> {
  const fields = await readFields(request, ["messageId", "label", "data", "waitMs"]);
  const messageId = optionalInteger(fields, "messageId", ID_RANGE);
  if (messageId === null) throw new Problem("VALIDATION", "is needed", "/messageId");
  const timeoutMs = optionalInteger(fields, "waitMs", { min: 0, max: WAIT_LIMIT_MS }) ?? 0;
  const data = optionalText(fields, "data", TEXT_LIMIT);
  const result =
    data === null
      ? tapLabel(world, person, messageId, requiredText(fields, "label", TEXT_LIMIT))
      : tapData(world, person, messageId, data);
  if (result.kind === "callback") {
    await waitForChange(world, () => result.query.answer, {
      timeoutMs,
      signal: AbortSignal.any([request.signal, stopped]),
    });
  }
  return json(tapView(result));
}

function tapView(result: TapResult): Record<string, unknown> {
  switch (result.kind) {
    case "callback":
      return callbackQueryView(result.query);
    case "url":
      return { url: result.url };
    case "copy":
      return { copied: result.text };
  }
}
