/** The parts of the Bot API's objects that the sandbox models (https://core.telegram.org/bots/api#available-types). */

export interface User {
  id: number;
  is_bot: boolean;
  first_name: string;
  last_name?: string;
  username?: string;
  language_code?: string;
}

/** `offset` and `length` count UTF-16 code units. */
export interface MessageEntity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
  custom_emoji_id?: string;
}

export interface Contact {
  phone_number: string;
  first_name: string;
  last_name?: string;
  user_id?: number;
}

export interface InlineButton {
  text: string;
  callback_data?: string;
  url?: string;
  copy_text?: { text: string };
  web_app?: { url: string };
  style?: string;
}

export interface KeyboardButton {
  text: string;
  request_contact?: boolean;
  request_location?: boolean;
  web_app?: { url: string };
  style?: string;
}

/** What a message asks the person's client to show below or instead of the text field. */
export type ReplyMarkup =
  | { kind: "inline"; rows: InlineButton[][] }
  | {
      kind: "keyboard";
      rows: KeyboardButton[][];
      oneTime: boolean;
      resize: boolean;
      persistent: boolean;
      placeholder: string | null;
      /** In a group: only for those whom the message mentions or answers. */
      selective?: true;
    }
  | { kind: "remove"; selective?: true }
  | { kind: "forceReply"; placeholder: string | null; selective?: true };

export interface BotCommand {
  command: string;
  description: string;
}

/** Every kind of update that a bot can ask for (https://core.telegram.org/bots/api#update). */
export const TELEGRAM_UPDATE_KINDS: readonly string[] = `
  message edited_message channel_post edited_channel_post business_connection business_message
  edited_business_message deleted_business_messages guest_message message_reaction message_reaction_count
  inline_query chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll
  poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot
`
  .trim()
  .split(/\s+/);

/** The kinds of update that the sandbox makes; `chat_member` comes only to who asks for it by name. */
export const UPDATE_KINDS = [
  "message",
  "edited_message",
  "callback_query",
  "my_chat_member",
  "chat_member",
] as const;
export type UpdateKind = (typeof UPDATE_KINDS)[number];

export interface Update {
  update_id: number;
  [kind: string]: unknown;
}
