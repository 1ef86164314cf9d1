import { isRecord } from "../json.ts";
import { isAdmin, membershipOf } from "../state/chats.ts";
import type { Chat, Person } from "../state/records.ts";
import { COMMAND_LISTS_LIMIT, type World } from "../state/world.ts";
import { findChat } from "./chats.ts";
import { badRequest } from "./errors.ts";
import { type CallParameters, jsonParameter, textParameter } from "./parameters.ts";
import type { BotCommand } from "./types.ts";

const COMMANDS_LIMIT = 100;
const DESCRIPTION_LIMIT = 256;
const COMMAND_NAME = /^[a-z0-9_]{1,32}$/;
const SCOPES = new Set([
  "default",
  "all_private_chats",
  "all_group_chats",
  "all_chat_administrators",
  "chat",
  "chat_administrators",
  "chat_member",
]);
/** Key of the menu button that a chat without its own one shows. */
const DEFAULT_MENU = 0;

/** `setMyCommands` (https://core.telegram.org/bots/api#setmycommands). */
export function setMyCommands(world: World, parameters: CallParameters): true {
  const list = jsonParameter(parameters, "commands", "can't parse commands JSON object");
  if (!Array.isArray(list)) throw badRequest("expected an Array of BotCommand");
  if (list.length > COMMANDS_LIMIT) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  const commands = list.map(readCommand);
  const key = commandScopeKey(world, parameters);
  world.commands.delete(key);
  if (commands.length > 0) world.commands.set(key, commands);
  for (const oldest of world.commands.keys()) {
    if (world.commands.size <= COMMAND_LISTS_LIMIT) break;
    world.commands.delete(oldest);
  }
  world.changes.emit({ kind: "settings" });
  return true;
}

/** `getMyCommands`: exactly this scope and language, as in Telegram; an empty list when none are set. */
export function getMyCommands(world: World, parameters: CallParameters): BotCommand[] {
  return world.commands.get(commandScopeKey(world, parameters)) ?? [];
}

export function deleteMyCommands(world: World, parameters: CallParameters): true {
  world.commands.delete(commandScopeKey(world, parameters));
  world.changes.emit({ kind: "settings" });
  return true;
}

/** The commands a person's client offers: the narrowest scope that has any, in the person's language first. */
export function commandsShownTo(
  world: World,
  person: Pick<Person, "id" | "language">,
  chat: Chat | undefined,
): BotCommand[] {
  const scopes =
    chat?.kind === "group" ? groupScopes(chat, person) : [`chat:${person.id}`, "all_private_chats"];
  const keys = [...scopes, "default"].flatMap((scope) => [`${scope}|${person.language}`, `${scope}|`]);
  return keys.map((key) => world.commands.get(key)).find((commands) => commands !== undefined) ?? [];
}

/** In the order of https://core.telegram.org/bots/api#determining-list-of-commands. */
function groupScopes({ id, group }: Extract<Chat, { kind: "group" }>, person: Pick<Person, "id">): string[] {
  const rules = isAdmin(membershipOf(group, person.id)?.status);
  return [
    `chat_member:${id}:${person.id}`,
    ...(rules ? [`chat_administrators:${id}`] : []),
    `chat:${id}`,
    ...(rules ? ["all_chat_administrators"] : []),
    "all_group_chats",
  ];
}

/** Every list of commands that is set, by scope and language, as assertions want to see them. */
export function commandLists(world: World) {
  return [...world.commands].map(([key, commands]) => {
    const [scope = "", language = ""] = key.split("|");
    const [type = "", chatId, userId] = scope.split(":");
    return {
      scope: {
        type,
        ...(chatId === undefined ? {} : { chatId: Number(chatId) }),
        ...(userId === undefined ? {} : { userId: Number(userId) }),
      },
      language,
      commands,
    };
  });
}

function readCommand(item: unknown): BotCommand {
  const command = isRecord(item) ? item.command : undefined;
  const description = isRecord(item) ? item.description : undefined;
  if (typeof command !== "string" || typeof description !== "string") {
    throw badRequest("can't parse BotCommand: command and description are needed");
  }
  const name = command.replace(/^\//, "");
  if (!COMMAND_NAME.test(name)) throw badRequest("BOT_COMMAND_INVALID");
  if (description === "" || description.length > DESCRIPTION_LIMIT) {
    throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
  }
  return { command: name, description };
}

function commandScopeKey(world: World, parameters: CallParameters): string {
  const language = textParameter(parameters, "language_code");
  if (!/^([a-z]{2}[a-z-]{0,33})?$/.test(language)) throw badRequest("invalid language code specified");
  const scope = jsonParameter(parameters, "scope", "can't parse BotCommandScope JSON object");
  if (scope === undefined) return `default|${language}`;
  if (!isRecord(scope)) throw badRequest("can't parse BotCommandScope: BotCommandScope must be an Object");
  const type = scope.type;
  if (typeof type !== "string" || !SCOPES.has(type)) {
    throw badRequest("can't parse BotCommandScope: Unsupported type specified");
  }
  if (type !== "chat" && type !== "chat_administrators" && type !== "chat_member")
    return `${type}|${language}`;
  const chat = findChat(world, new Map([["chat_id", scope.chat_id]]));
  if (chat.kind === "private" && type !== "chat")
    throw badRequest("can't use specified scope in private chats");
  const userId = Number(scope.user_id);
  if (type === "chat_member" && !(Number.isSafeInteger(userId) && userId > 0))
    throw badRequest("can't parse BotCommandScope: Invalid user_id specified");
  const member = type === "chat_member" ? `:${userId}` : "";
  return `${type}:${chat.id}${member}|${language}`;
}

/** `setChatMenuButton` (https://core.telegram.org/bots/api#setchatmenubutton). */
export function setChatMenuButton(world: World, parameters: CallParameters): true {
  const button = jsonParameter(parameters, "menu_button", "can't parse menu button JSON object") ?? {
    type: "default",
  };
  if (!isRecord(button)) throw badRequest("can't parse menu button: MenuButton must be an Object");
  const isWebApp = button.type === "web_app" && isRecord(button.web_app) && typeof button.text === "string";
  if (button.type !== "default" && button.type !== "commands" && !isWebApp) {
    throw badRequest("can't parse menu button: MenuButton has unsupported type");
  }
  world.menuButtons.set(menuKey(world, parameters), button);
  world.changes.emit({ kind: "settings" });
  return true;
}

export function getChatMenuButton(world: World, parameters: CallParameters): Record<string, unknown> {
  const own = world.menuButtons.get(menuKey(world, parameters));
  return own ?? world.menuButtons.get(DEFAULT_MENU) ?? { type: "commands" };
}

function menuKey(world: World, parameters: CallParameters): number {
  if (textParameter(parameters, "chat_id") === "") return DEFAULT_MENU;
  const chat = findChat(world, parameters);
  if (chat.kind !== "private") throw badRequest("private chat not found");
  return chat.id;
}
