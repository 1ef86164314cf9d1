import type { World } from "../state/world.ts";
import { answerCallbackQuery } from "./callback-queries.ts";
import { getChatAdministrators, getChatMember, leaveChat } from "./chat-members.ts";
import { getChat, getChatMemberCount, sendChatAction } from "./chats.ts";
import {
  deleteMyCommands,
  getChatMenuButton,
  getMyCommands,
  setChatMenuButton,
  setMyCommands,
} from "./commands.ts";
import { deleteMessage, deleteMessages } from "./delete-messages.ts";
import { editMessageCaption, editMessageReplyMarkup, editMessageText } from "./edit-message.ts";
import type { LongPolling } from "./long-poll.ts";
import type { CallParameters } from "./parameters.ts";
import { sendMessage, sendPhoto } from "./send-message.ts";
import { dropPendingUpdates } from "./update-queue.ts";
import type { WebhookMethods } from "./webhook-settings.ts";

/** After `logOut` the cloud Bot API refuses the bot for ten minutes (https://core.telegram.org/bots/api#logout). */
const LOG_OUT_MS = 10 * 60 * 1_000;

export interface CallContext {
  world: World;
  parameters: CallParameters;
  signal: AbortSignal;
  polling: LongPolling;
  webhooks: WebhookMethods;
}

export type Method = (context: CallContext) => unknown;

/** The methods the sandbox models, by the Bot API's spelling. */
export const MODELLED_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["getMe", ({ world }) => getMe(world)],
  ["getUpdates", ({ polling, parameters, signal }) => polling.poll(parameters, signal)],
  ["setWebhook", ({ webhooks, parameters }) => webhooks.setWebhook(parameters)],
  ["deleteWebhook", ({ webhooks, parameters }) => webhooks.deleteWebhook(parameters)],
  ["getWebhookInfo", ({ webhooks }) => webhooks.getWebhookInfo()],
  ["sendMessage", on(sendMessage)],
  ["sendPhoto", on(sendPhoto)],
  ["editMessageText", on(editMessageText)],
  ["editMessageCaption", on(editMessageCaption)],
  ["editMessageReplyMarkup", on(editMessageReplyMarkup)],
  ["deleteMessage", on(deleteMessage)],
  ["deleteMessages", on(deleteMessages)],
  ["answerCallbackQuery", on(answerCallbackQuery)],
  ["sendChatAction", on(sendChatAction)],
  ["setMyCommands", on(setMyCommands)],
  ["getMyCommands", on(getMyCommands)],
  ["deleteMyCommands", on(deleteMyCommands)],
  ["setChatMenuButton", on(setChatMenuButton)],
  ["getChatMenuButton", on(getChatMenuButton)],
  ["getChat", on(getChat)],
  ["getChatMember", on(getChatMember)],
  ["getChatAdministrators", on(getChatAdministrators)],
  ["getChatMemberCount", on(getChatMemberCount)],
  ["leaveChat", on(leaveChat)],
  ["logOut", ({ world }) => logOut(world)],
  ["close", () => true],
]);

function on(act: (world: World, parameters: CallParameters) => unknown): Method {
  return ({ world, parameters }) => act(world, parameters);
}

function getMe(world: World): Record<string, unknown> {
  return {
    ...world.bot,
    can_join_groups: true,
    can_read_all_group_messages: world.readsGroups,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_guest_queries: false,
    supports_join_request_queries: false,
  };
}

function logOut(world: World): true {
  dropPendingUpdates(world);
  world.loggedOutUntil = new Date(world.clock.now().getTime() + LOG_OUT_MS).toISOString();
  world.changes.emit({ kind: "settings" });
  return true;
}
