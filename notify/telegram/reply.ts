import type { Context } from "grammy";
import type { ReplyKeyboardMarkup, ReplyKeyboardRemove, User } from "grammy/types";
import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import { localeOf } from "../domain/locale.ts";
import type { Html } from "./html.ts";
import { type Texts, textsFor } from "./texts/texts.ts";

/** In the language of the person's Telegram. */
export const textsOf = (ctx: Context): Texts => textsFor(localeOf(ctx.from?.language_code));

/** Answers in the same chat. Fails as the Bot API call does. */
export const reply = async (
  ctx: Context,
  words: Html,
  keyboard?: ReplyKeyboardMarkup | ReplyKeyboardRemove,
): Promise<void> => {
  await ctx.reply(words.markup, {
    parse_mode: "HTML",
    link_preview_options: { is_disabled: true },
    ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
  });
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
