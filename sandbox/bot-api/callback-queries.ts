import type { CallbackQuery } from "../state/records.ts";
import { CALLBACK_QUERIES_LIMIT, isoNow, type World } from "../state/world.ts";
import { badRequest, TEXTS } from "./errors.ts";
import { type CallParameters, flagParameter, textParameter } from "./parameters.ts";

/** How long a callback query can be answered, in milliseconds. */
const CALLBACK_ANSWER_WINDOW_MS = 15_000;
const ANSWER_TEXT_LIMIT = 200;

/** Remembers that a person tapped, so that the tap can be answered once. */
export function openCallbackQuery(
  world: World,
  tap: Pick<CallbackQuery, "personId" | "chatId" | "messageId" | "data">,
): CallbackQuery {
  const number = BigInt(world.nextIds.callbackQuery++);
  // Telegram's ids are decimal strings beyond 2^53, made from the person's id: nobody may read them as numbers.
  const id = ((BigInt(tap.personId) << 32n) + number).toString();
  const query: CallbackQuery = { id, ...tap, createdAt: isoNow(world), answer: null };
  world.callbackQueries.set(id, query);
  for (const oldest of world.callbackQueries.keys()) {
    if (world.callbackQueries.size <= CALLBACK_QUERIES_LIMIT) break;
    world.callbackQueries.delete(oldest);
  }
  return query;
}

/** `answerCallbackQuery` (https://core.telegram.org/bots/api#answercallbackquery): once, and within 15 seconds. */
export function answerCallbackQuery(world: World, parameters: CallParameters): true {
  const text = textParameter(parameters, "text");
  if (text.length > ANSWER_TEXT_LIMIT) throw badRequest("MESSAGE_TOO_LONG");
  const query = world.callbackQueries.get(textParameter(parameters, "callback_query_id"));
  const ageMs = query === undefined ? 0 : world.clock.now().getTime() - Date.parse(query.createdAt);
  if (query === undefined || query.answer !== null || ageMs > CALLBACK_ANSWER_WINDOW_MS) {
    throw badRequest(TEXTS.callbackExpired);
  }
  const url = textParameter(parameters, "url");
  query.answer = { text, showAlert: flagParameter(parameters, "show_alert"), url: url === "" ? null : url };
  world.changes.emit({ kind: "callbackAnswer", query });
  return true;
}
