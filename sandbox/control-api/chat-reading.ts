import { commandsShownTo } from "../bot-api/commands.ts";
import { keyboardOf } from "../state/chats.ts";
import { messagesAfter } from "../state/messages.ts";
import type { Chat, Person } from "../state/records.ts";
import { waitForChange } from "../state/waiting.ts";
import type { World } from "../state/world.ts";
import { json, waitOf, wholeNumber } from "./json.ts";
import type { RouteInput } from "./routing.ts";
import { transcriptText } from "./transcript.ts";
import { messageView } from "./views.ts";

type Input = Pick<RouteInput, "request" | "stopped">;

/** The messages of a chat after an id, at once or as soon as there are any; with a person, what their screen shows too. */
export async function listMessages(
  world: World,
  { chat, person }: { chat: Chat; person: Person | null },
  { request, stopped }: Input,
): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const after = wholeNumber(query, "after");
  const found = await waitForChange(
    world,
    () => {
      const messages = messagesAfter(world, chat.id, after);
      return messages.length > 0 && messages;
    },
    { timeoutMs: waitOf(query), signal: AbortSignal.any([request.signal, stopped]) },
  );
  const items = (found ?? []).map((message) => messageView(world, message));
  if (person === null) return json({ items });
  return json({
    items,
    keyboard: keyboardOf(world, chat, person)?.markup ?? null,
    commands: commandsShownTo(world, person, chat),
  });
}

/** A chat as plain text, or with `?format=json` as its messages. */
export function transcript(world: World, chat: Chat, request: Request): Response {
  if (new URL(request.url).searchParams.get("format") === "json")
    return json({ items: messagesAfter(world, chat.id, 0).map((message) => messageView(world, message)) });
  return new Response(transcriptText(world, chat.id), {
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}
