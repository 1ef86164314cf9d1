import type { Context } from "grammy";
import type { InlineKeyboardMarkup, User } from "grammy/types";
import type { Clock } from "../../../shared/kernel/clock.ts";
import { isStale } from "../../domain/order-buttons.ts";
import { isTelegramError } from "../failure.ts";
import { type Html, html } from "../html.ts";
import { reply, textsOf } from "../reply.ts";
import type { Texts } from "../texts/texts.ts";

/** A tap is answered within a second, whatever the shop does; what is known later comes as a message. */
const ANSWER_WITHIN_MS = 700;

export interface Tap {
  readonly ctx: Context;
  readonly from: User;
  /** The same for the same tap, however often it is delivered. */
  readonly key: string;
  /** The message below which it was is too old to act by. */
  readonly stale: boolean;
  /** In the person's language, as it is now. */
  readonly texts: () => Texts;
  /** Ends the spinner on the button, with a word or without. A word that comes too late for that is sent as a message. */
  answer(words?: string, options?: { readonly alert?: boolean }): Promise<void>;
  /** Puts another text in place of the message, with its buttons; where Telegram does not let us, everything stays. */
  setText(words: Html, keyboard?: InlineKeyboardMarkup): Promise<void>;
  /** Puts other buttons below the message; where Telegram does not let us, everything stays. */
  setButtons(keyboard: InlineKeyboardMarkup): Promise<void>;
}

const orIgnored = async (call: () => Promise<unknown>): Promise<void> => {
  try {
    await call();
  } catch (error) {
    if (!isTelegramError(error)) throw error;
  }
};

/** When the message below which was tapped was last written, in seconds; 0 where Telegram does not tell, as of old ones. */
const writtenAt = ({ callbackQuery }: Context): number => {
  const message = callbackQuery?.message;
  if (message === undefined) return 0;
  return "edit_date" in message && message.edit_date !== undefined ? message.edit_date : message.date;
};

/** A tap that is under way, and how to stop the clock of its answer. */
export const createTap = (ctx: Context, clock: Clock): { tap: Tap; ended: () => void } | null => {
  const query = ctx.callbackQuery;
  if (query === undefined) return null;
  let answered = false;
  const end = (words?: string, alert = false) => {
    answered = true;
    return orIgnored(() =>
      ctx.answerCallbackQuery({ ...(words === undefined ? {} : { text: words }), show_alert: alert }),
    );
  };
  const timer = setTimeout(() => void (answered || end()), ANSWER_WITHIN_MS);
  const tap: Tap = {
    ctx,
    from: query.from,
    key: `tg-${query.id}`,
    stale: isStale(writtenAt(ctx), clock.now()),
    texts: () => textsOf(ctx),
    async answer(words, { alert = false } = {}) {
      if (!answered) return end(words, alert);
      if (words === undefined) return;
      // In a group everybody reads it: it says whom it is for.
      await reply(
        ctx,
        ctx.chat?.type === "private" ? html`${words}` : html`${query.from.first_name}: ${words}`,
      );
    },
    setText: (words, keyboard) =>
      orIgnored(() =>
        ctx.editMessageText(words.markup, {
          parse_mode: "HTML",
          link_preview_options: { is_disabled: true },
          ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
        }),
      ),
    setButtons: (keyboard) => orIgnored(() => ctx.editMessageReplyMarkup({ reply_markup: keyboard })),
  };
  return { tap, ended: () => clearTimeout(timer) };
};
