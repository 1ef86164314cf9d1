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
    }
  | { kind: "remove" }
  | { kind: "forceReply"; placeholder: string | null };

export interface BotCommand {
  command: string;
  description: string;
}

export type UpdateKind = "message" | "edited_message" | "callback_query" | "my_chat_member";

export interface Update {
  update_id: number;
  [kind: string]: unknown;
}
