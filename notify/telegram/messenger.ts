import type { Api } from "grammy";
import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import type { DeliverCodeRequest } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { CodeEnding } from "../domain/code-ending.ts";
import { localeOf } from "../domain/locale.ts";
import { classifyFailure, type SendResult } from "../domain/send-result.ts";
import type { Messenger } from "../usecases/ports.ts";
import { notMeData, notMySessionData } from "./callback-data.ts";
import { endingAfter } from "./connection.ts";
import { failureOf } from "./failure.ts";
import { clip, fitting, type Html } from "./html.ts";
import { digestButtons, noticeButtons } from "./notice-buttons.ts";
import { digestOf } from "./texts/digest.ts";
import { type Texts, textsFor, wordsOf } from "./texts/texts.ts";

const ASKED_FROM_MAX = 120;
const MS_PER_MINUTE = 60_000;

export interface MessengerOptions {
  readonly api: Api;
  readonly shopName: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Counts messages whose markup Telegram could not read. */
  readonly onUnparsable?: () => void;
}

/** Runs a call of the Bot API and says what came of it. */
const attempt = async (
  call: () => Promise<{ message_id: number } | true>,
  messageId = 0,
): Promise<SendResult> => {
  try {
    const answer = await call();
    return { kind: "sent", messageId: answer === true ? messageId : answer.message_id };
  } catch (error) {
    return classifyFailure(failureOf(error));
  }
};

const codeButtons = ({ code, challengeId }: DeliverCodeRequest, texts: Texts): InlineKeyboardMarkup => ({
  inline_keyboard: [
    [{ text: texts.copyCode, copy_text: { text: code } }] satisfies InlineKeyboardButton[],
    [{ text: texts.notMe, callback_data: notMeData(challengeId) }],
  ],
});

/** Where a code was used its message asks whether that was you. */
const endingButtons = (ending: CodeEnding, texts: Texts): { reply_markup?: InlineKeyboardMarkup } => {
  if (ending.reason !== "used") return {};
  const button = { text: texts.notMe, callback_data: notMySessionData(ending.sid) };
  return { reply_markup: { inline_keyboard: [[button]] } };
};

const codeWords = (request: DeliverCodeRequest, texts: Texts, shop: string, now: Date): Html =>
  texts.code({
    code: request.code,
    shop,
    askedFrom: clip(request.askedFrom, ASKED_FROM_MAX),
    expiresInMinutes: Math.max(
      1,
      Math.round((Date.parse(request.expiresAt) - now.getTime()) / MS_PER_MINUTE),
    ),
    purpose: request.purpose,
  });

/** Sends by the Bot API. Nothing is repeated but a message whose markup was refused: it goes once more as plain text. */
export const createMessenger = ({ api, shopName, clock, log, onUnparsable }: MessengerOptions): Messenger => {
  const noPreview = { link_preview_options: { is_disabled: true } } as const;

  const orPlain = async (
    given: Html,
    call: (text: string, parseMode: { parse_mode?: "HTML" }) => Promise<SendResult>,
  ): Promise<SendResult> => {
    const words = fitting(given);
    const result = await call(words.markup, { parse_mode: "HTML" });
    if (result.kind !== "unparsable") return result;
    onUnparsable?.();
    log.error("Telegram cannot read a message's markup: it goes out as plain text", {
      reason: result.reason,
    });
    return call(words.text, {});
  };
  const textsTo = (language: string) => textsFor(localeOf(language));

  return {
    sendNotice({ chatId, language }, notice) {
      const texts = textsTo(language);
      const other = { ...noPreview, ...noticeButtons(notice, texts) };
      return orPlain(wordsOf(notice, texts), (text, mode) =>
        attempt(() => api.sendMessage(chatId, text, { ...mode, ...other })),
      );
    },
    sendDigest: ({ chatId, language }, notices) =>
      orPlain(digestOf(notices, textsTo(language)), (text, mode) =>
        attempt(() =>
          api.sendMessage(chatId, text, {
            ...{ ...mode, ...noPreview },
            ...digestButtons(notices, textsTo(language)),
          }),
        ),
      ),
    editNotice({ chatId, language }, messageId, notice) {
      const texts = textsTo(language);
      const other = { ...noPreview, ...noticeButtons(notice, texts) };
      return orPlain(wordsOf(notice, texts), (text, mode) =>
        attempt(() => api.editMessageText(chatId, messageId, text, { ...mode, ...other }), messageId),
      );
    },
    async retireCard({ chatId }, messageId) {
      const deleted = await attempt(() => api.deleteMessage(chatId, messageId));
      if (deleted.kind === "sent") return;
      await attempt(async () => {
        await api.editMessageReplyMarkup(chatId, messageId);
        return true;
      });
    },
    sendCode(request, timeoutMs) {
      const texts = textsTo(request.language);
      const other = { ...noPreview, protect_content: true, reply_markup: codeButtons(request, texts) };
      return orPlain(codeWords(request, texts, shopName, clock.now()), (text, mode) =>
        attempt(() => api.sendMessage(request.chatId, text, { ...mode, ...other }, endingAfter(timeoutMs))),
      );
    },
    sendFarewell: ({ chatId, language }, erasureId) =>
      orPlain(textsTo(language).erased(shopName, erasureId), (text, mode) =>
        attempt(() => api.sendMessage(chatId, text, { ...mode, ...noPreview })),
      ),
    closeCode({ chatId, language }, messageId, ending) {
      const texts = textsTo(language);
      const other = { ...noPreview, ...endingButtons(ending, texts) };
      return orPlain(texts.codeEnded(shopName, ending), (text, mode) =>
        attempt(() => api.editMessageText(chatId, messageId, text, { ...mode, ...other }), messageId),
      );
    },
  };
};
