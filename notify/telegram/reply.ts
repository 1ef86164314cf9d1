import type { Context } from "grammy";
import type { InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove, User } from "grammy/types";
import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import { localeOf } from "../domain/locale.ts";
import type { Html } from "./html.ts";
import { type Texts, textsFor } from "./texts/texts.ts";

/** The language in which an update is answered, where it is not that of the person's Telegram. */
const languages = new WeakMap<Context, string>();

/** From now on this update is answered in this language (an IETF tag). */
export const speakIn = (ctx: Context, language: string): void => {
  languages.set(ctx, language);
};

/** In the language of the account, else of the person's Telegram, else English. */
export const textsOf = (ctx: Context): Texts =>
  textsFor(localeOf(languages.get(ctx) ?? ctx.from?.language_code));

/** Answers in the same chat. Fails as the Bot API call does. */
export const reply = async (
  ctx: Context,
  words: Html,
  keyboard?: ReplyKeyboardMarkup | ReplyKeyboardRemove | InlineKeyboardMarkup,
): Promise<void> => {
  await ctx.reply(words.markup, {
    parse_mode: "HTML",
    link_preview_options: { is_disabled: true },
    ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
  });
};

/** Asks for an answer in words: Telegram has whoever it is for answer this very message. Answers its id. Fails as the Bot API call does. */
export const askInWords = async (ctx: Context, words: Html, placeholder: string): Promise<number> => {
  const sent = await ctx.reply(words.markup, {
    parse_mode: "HTML",
    reply_markup: { force_reply: true, input_field_placeholder: placeholder },
  });
  return sent.message_id;
};

/** The button that shares one's own contact; such a button exists in private chats only. */
export const contactKeyboard = (texts: Texts): ReplyKeyboardMarkup => ({
  keyboard: [[{ text: texts.shareContact, request_contact: true }]],
  resize_keyboard: true,
  one_time_keyboard: true,
});

export const noKeyboard: ReplyKeyboardRemove = { remove_keyboard: true };

/** A Telegram account as auth is told of it. */
export const accountOf = (user: User): TelegramAccount => ({
  id: user.id,
  firstName: user.first_name,
  lastName: user.last_name ?? null,
  username: user.username ?? null,
  languageCode: user.language_code ?? null,
});
