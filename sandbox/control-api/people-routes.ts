import { initDataOf, type WebAppKeys } from "../people/init-data.ts";
import { createPerson, deactivate, findPerson, setBlocked, startBot } from "../people/people.ts";
import { type TapResult, tapData, tapLabel } from "../people/taps.ts";
import { chatOf } from "../people/writing.ts";
import type { Person } from "../state/records.ts";
import { waitForChange } from "../state/waiting.ts";
import type { World } from "../state/world.ts";
import { listMessages, transcript } from "./chat-reading.ts";
import { eventStream } from "./event-stream.ts";
import {
  optionalChatId,
  optionalFlag,
  optionalInteger,
  optionalText,
  readFields,
  requiredInteger,
  requiredText,
} from "./fields.ts";
import { chatIdOf, json, WAIT_LIMIT_MS } from "./json.ts";
import type { Route, RouteInput } from "./routing.ts";
import { sendingRoutes, sentView } from "./sending-routes.ts";
import { callbackQueryView, personView } from "./views.ts";

const NAME_LIMIT = 64;
const TEXT_LIMIT = 10_000;
/** A day: init data that old are stale for everybody. */
const AGE_RANGE_SECONDS = { min: 0, max: 86_400 };
const ID_RANGE = { min: 1, max: Number.MAX_SAFE_INTEGER };

/** The routes that drive people: they do what a person does with a phone in the hand. */
export function peopleRoutes(world: World, webAppKeys: WebAppKeys): Route[] {
  const personOf = (id: string | undefined): Person => findPerson(world, Number(id));
  const chatIn = (person: Person, request: Request) =>
    chatOf(world, person, chatIdOf(new URL(request.url).searchParams));
  return [
    ["GET", "/people", () => json({ items: [...world.people.values()].map(personView) })],
    ["POST", "/people", ({ request }) => addPerson(world, request)],
    ["GET", "/people/:id", ({ id }) => json(personView(personOf(id)))],
    [
      "POST",
      "/people/:id/start",
      async ({ id, request }) => {
        const fields = await readFields(request, ["payload"]);
        const message = startBot(world, personOf(id), optionalText(fields, "payload", TEXT_LIMIT));
        return sentView(world, message);
      },
    ],
    ...sendingRoutes(world, personOf),
    [
      "GET",
      "/people/:id/messages",
      ({ id, ...input }) => {
        const person = personOf(id);
        return listMessages(world, { chat: chatIn(person, input.request), person }, input);
      },
    ],
    [
      "GET",
      "/people/:id/transcript",
      ({ id, request }) => transcript(world, chatIn(personOf(id), request), request),
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
      "/people/:id/deactivate",
      ({ id }) => {
        deactivate(world, personOf(id));
        return json(personView(personOf(id)));
      },
    ],
    [
      "POST",
      "/people/:id/init-data",
      ({ id, request }) => openMiniApp(world, personOf(id), webAppKeys, request),
    ],
    [
      "GET",
      "/people/:id/events",
      ({ id, request, stopped }) => {
        const person = personOf(id);
        const onlooker = { personId: person.id, chatId: chatIn(person, request).id };
        return eventStream(world, onlooker, AbortSignal.any([request.signal, stopped]));
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

async function openMiniApp(
  world: World,
  person: Person,
  webAppKeys: WebAppKeys,
  request: Request,
): Promise<Response> {
  const fields = await readFields(request, ["startParam", "ageSeconds", "tampered"]);
  const initData = initDataOf(world, person, webAppKeys, {
    startParam: optionalText(fields, "startParam", TEXT_LIMIT),
    ageSeconds: optionalInteger(fields, "ageSeconds", AGE_RANGE_SECONDS) ?? 0,
    tampered: optionalFlag(fields, "tampered"),
  });
  return json({ initData });
}

type Input = Pick<RouteInput, "request" | "stopped">;

async function tap(world: World, person: Person, { request, stopped }: Input): Promise<Response> {
  const fields = await readFields(request, ["chatId", "messageId", "label", "data", "waitMs"]);
  const where = {
    chatId: optionalChatId(fields),
    messageId: requiredInteger(fields, "messageId", ID_RANGE),
  };
  const timeoutMs = optionalInteger(fields, "waitMs", { min: 0, max: WAIT_LIMIT_MS }) ?? 0;
  const data = optionalText(fields, "data", TEXT_LIMIT);
  const result =
    data === null
      ? tapLabel(world, person, where, requiredText(fields, "label", TEXT_LIMIT))
      : tapData(world, person, where, data);
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
