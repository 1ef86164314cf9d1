import type { FidelityRow } from "./fidelity-rows.ts";

const NOT_MODIFIED =
  "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";
const MESSAGES_MANAGER = "TDLib MessagesManager.cpp";
const edit = (message_id: unknown, text = "new") => ({ chat_id: "started", message_id, text });

const EDITING_ROWS: readonly FidelityRow[] = [
  ["emulator-10", "Client", "editMessageText", edit(999_999), "Bad Request: message to edit not found"],
  ["emulator-10", "Client", "editMessageText", edit("plain", "plain"), NOT_MODIFIED],
  [
    "emulator-10",
    MESSAGES_MANAGER,
    "editMessageText",
    edit("fromPerson"),
    "Bad Request: message can't be edited",
  ],
  [
    "emulator-10",
    MESSAGES_MANAGER,
    "editMessageText",
    edit("withKeyboard"),
    "Bad Request: message can't be edited",
  ],
  [
    "emulator-10",
    "known",
    "editMessageText",
    edit("plain", "x".repeat(4_097)),
    "Bad Request: MESSAGE_TOO_LONG",
  ],
  [
    "emulator-10",
    MESSAGES_MANAGER,
    "editMessageText",
    edit("photo"),
    "Bad Request: there is no text in the message to edit",
  ],
  [
    "emulator-10",
    MESSAGES_MANAGER,
    "editMessageCaption",
    { chat_id: "started", message_id: "plain", caption: "new" },
    "Bad Request: there is no caption in the message to edit",
  ],
  [
    "emulator-10",
    "Client",
    "deleteMessage",
    { chat_id: "started", message_id: 999_999 },
    "Bad Request: message to delete not found",
  ],
  [
    "emulator-10",
    MESSAGES_MANAGER,
    "deleteMessage",
    { chat_id: "supergroup", message_id: "fromPersonInSupergroup" },
    "Bad Request: message can't be deleted",
  ],
  [
    "emulator-10",
    "Client",
    "deleteMessages",
    { chat_id: "started", message_ids: [] },
    "Bad Request: message identifiers are not specified",
  ],
  [
    "emulator-11",
    "Client",
    "answerCallbackQuery",
    { callback_query_id: "1" },
    "Bad Request: query is too old and response timeout expired or query ID is invalid",
  ],
  [
    "emulator-11",
    "known",
    "answerCallbackQuery",
    { callback_query_id: "1", text: "x".repeat(201) },
    "Bad Request: MESSAGE_TOO_LONG",
  ],
];

const toGroup = (chat_id: string) => ({ chat_id, text: "x" });
const PARTICIPANTS = "TDLib DialogParticipantManager.cpp";

const GROUP_ROWS: readonly FidelityRow[] = [
  [
    "emulator-12",
    "Client",
    "sendMessage",
    toGroup("kickedGroup"),
    "Forbidden: bot was kicked from the group chat",
  ],
  [
    "emulator-12",
    "Client",
    "sendMessage",
    toGroup("leftGroup"),
    "Forbidden: bot is not a member of the group chat",
  ],
  [
    "emulator-12",
    "Client",
    "sendMessage",
    toGroup("kickedSupergroup"),
    "Forbidden: bot was kicked from the supergroup chat",
  ],
  [
    "emulator-12",
    "Client",
    "getChat",
    { chat_id: "leftSupergroup" },
    "Forbidden: bot is not a member of the supergroup chat",
  ],
  [
    "emulator-12",
    "Client",
    "sendMessage",
    toGroup("upgraded"),
    "Bad Request: group chat was upgraded to a supergroup chat",
  ],
  ["emulator-4", "Client", "getChat", { chat_id: "fresh" }, "Bad Request: chat not found"],
  ["emulator-4", PARTICIPANTS, "leaveChat", { chat_id: "started" }, "Bad Request: can't leave private chats"],
  [
    "emulator-4",
    "Client",
    "getChatMember",
    { chat_id: "started", user_id: 0 },
    "Bad Request: invalid user_id specified",
  ],
  [
    "emulator-4",
    PARTICIPANTS,
    "getChatMember",
    { chat_id: "started", user_id: 77 },
    "Bad Request: member not found",
  ],
  [
    "emulator-4",
    "Client",
    "getChatAdministrators",
    { chat_id: "started" },
    "Bad Request: there are no administrators in the private chat",
  ],
  [
    "emulator-4",
    "known",
    "setMyCommands",
    { commands: [{ command: "No Good", description: "x" }] },
    "Bad Request: BOT_COMMAND_INVALID",
  ],
];

/** Refusals of edits and deletions, and of what a bot asks about chats and groups. */
export const CHAT_ROWS: readonly FidelityRow[] = [...EDITING_ROWS, ...GROUP_ROWS];
