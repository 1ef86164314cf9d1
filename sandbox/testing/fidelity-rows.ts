import { CHAT_ROWS } from "./fidelity-chat-rows.ts";
import { MARKUP_ROWS } from "./fidelity-markup-rows.ts";

/**
 * Where a row's text comes from. Client: read in the official server's telegram-bot-api/Client.cpp (of May 2026); TDLib: read in
 * td/telegram (of July 2026), in the file behind it; known: common knowledge of the field, not read in either, as servers that
 * are not public say it; own: the sandbox's.
 */
export type Source = "Client" | `TDLib ${string}` | "known" | "own";

/** Chats and messages that the rows are about, by the names that rows use for them. */
export const PLACES = [
  "started",
  "fresh",
  "blocked",
  "deactivated",
  "kickedGroup",
  "leftGroup",
  "kickedSupergroup",
  "leftSupergroup",
  "upgraded",
  "supergroup",
  "plain",
  "photo",
  "withKeyboard",
  "fromPerson",
  "fromPersonInSupergroup",
] as const;
export type Places = Record<(typeof PLACES)[number], number>;

/** One refusal. `chat_id` and `message_id` may be names of places. The status is in the first words of the text. */
export type FidelityRow = [
  requirement: string,
  source: Source,
  method: string,
  parameters: Record<string, unknown>,
  text: string,
];

const MESSAGES_MANAGER = "TDLib MessagesManager.cpp";
const privately = { chat_id: "started", text: "x" };

const SENDING_ROWS: readonly FidelityRow[] = [
  ["emulator-3", "Client", "noSuchMethod", {}, "Not Found: method not found"],
  ["emulator-3", "own", "sendDice", {}, "Not Implemented: the sandbox does not model the method sendDice"],
  [
    "emulator-17",
    "own",
    "sendInvoice",
    {},
    "Not Implemented: the sandbox does not model the method sendInvoice",
  ],
  ["emulator-9", "Client", "sendMessage", { text: "x" }, "Bad Request: chat_id is empty"],
  ["emulator-9", "Client", "sendMessage", { chat_id: 5, text: "x" }, "Bad Request: chat not found"],
  ["emulator-9", "Client", "sendMessage", { ...privately, text: "" }, "Bad Request: message text is empty"],
  [
    "emulator-9",
    "Client",
    "sendMessage",
    { ...privately, text: " \n " },
    "Bad Request: message text is empty",
  ],
  [
    "emulator-9",
    MESSAGES_MANAGER,
    "sendMessage",
    { ...privately, text: "x".repeat(4_097) },
    "Bad Request: message is too long",
  ],
  [
    "emulator-9",
    "Client",
    "sendMessage",
    { ...privately, text: "x".repeat(32_769) },
    "Bad Request: text is too long",
  ],
  [
    "emulator-9",
    MESSAGES_MANAGER,
    "sendMessage",
    { ...privately, chat_id: "fresh" },
    "Forbidden: bot can't initiate conversation with a user",
  ],
  [
    "emulator-12",
    "Client",
    "sendMessage",
    { ...privately, chat_id: "blocked" },
    "Forbidden: bot was blocked by the user",
  ],
  [
    "emulator-12",
    "Client",
    "sendMessage",
    { ...privately, chat_id: "deactivated" },
    "Forbidden: user is deactivated",
  ],
  [
    "emulator-9",
    "own",
    "sendMessage",
    { ...privately, message_thread_id: 1 },
    "Bad Request: the sandbox does not model the parameter message_thread_id of sendMessage",
  ],
  [
    "emulator-9",
    "Client",
    "sendMessage",
    { ...privately, reply_parameters: { message_id: 999_999 } },
    "Bad Request: message to be replied not found",
  ],
  [
    "emulator-9",
    "Client",
    "sendMessage",
    { ...privately, reply_parameters: [] },
    "Bad Request: object expected as reply parameters",
  ],
  [
    "emulator-4",
    "Client",
    "sendPhoto",
    { chat_id: "started" },
    "Bad Request: there is no photo in the request",
  ],
  [
    "emulator-4",
    MESSAGES_MANAGER,
    "sendPhoto",
    { chat_id: "started", photo: "no-such-file" },
    "Bad Request: wrong file identifier/HTTP URL specified",
  ],
  [
    "emulator-4",
    "Client",
    "sendPhoto",
    { chat_id: "started", photo: "http://localhost/a.png" },
    "Bad Request: wrong HTTP URL specified",
  ],
  [
    "emulator-4",
    MESSAGES_MANAGER,
    "sendPhoto",
    { chat_id: "started", photo: "https://shop.example/a.png", caption: "x".repeat(1_025) },
    "Bad Request: message caption is too long",
  ],
  [
    "emulator-4",
    "Client",
    "sendChatAction",
    { chat_id: "started", action: "dancing" },
    "Bad Request: wrong parameter action in request",
  ],
];

/** Every refusal that the sandbox words as Telegram does, and its own. */
export const FIDELITY_ROWS: readonly FidelityRow[] = [...SENDING_ROWS, ...MARKUP_ROWS, ...CHAT_ROWS];

/** The HTTP status that goes with a text. */
export function statusOf(text: string): number {
  const statuses = { "Bad Request": 400, Forbidden: 403, "Not Found": 404, "Not Implemented": 501 };
  return Object.entries(statuses).find(([words]) => text.startsWith(words))?.[1] ?? 500;
}

/** A row's parameters with the places put in for their names. */
export function placed(
  parameters: Record<string, unknown>,
  places: Partial<Places>,
): Record<string, unknown> {
  const names: ReadonlyMap<unknown, unknown> = new Map(Object.entries(places));
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      name === "chat_id" || name === "message_id" ? (names.get(value) ?? value) : value,
    ]),
  );
}

/** The places that a row needs. */
export function placesOf(parameters: Record<string, unknown>): (typeof PLACES)[number][] {
  return PLACES.filter((place) => parameters.chat_id === place || parameters.message_id === place);
}
