import type { Context } from "grammy";
import type { StockCountQuestion } from "../domain/question.ts";
import { skuRefOf } from "../domain/sku-ref.ts";
import { readUnits } from "../domain/stock-count.ts";
import { isTelegramError } from "./failure.ts";
import { askInWords, reply, textsOf } from "./reply.ts";
import type { StaffCases } from "./staff-cases.ts";
import { confirmCountScreen } from "./stock-screens.ts";

/** A text in a private chat, which has the id of whoever writes in it. */
export type AnswerContext = Context & { readonly chatId: number };

/** The card stands at the end of the chat from now on: the message that was it goes. Where Telegram keeps it, it stays as it is. */
const retireCard = async (ctx: AnswerContext, messageId: number): Promise<void> => {
  try {
    await ctx.api.deleteMessage(ctx.chatId, messageId);
  } catch (error) {
    if (!isTelegramError(error)) throw error;
  }
};

/** A count was typed: what was and what is to be are shown, and nothing is set before that is confirmed. */
const receiveCount = async (
  ctx: AnswerContext,
  { question, text, messageId }: { question: StockCountQuestion; text: string; messageId: number },
  { admit, stock, questions }: StaffCases,
): Promise<"answered" | "not-an-answer"> => {
  const { chatId } = ctx;
  const as = await admit(chatId, "stock.write");
  if (as === null) return "not-an-answer";
  const texts = textsOf(ctx);
  const units = readUnits(text);
  const level = await stock.level(as, { ref: skuRefOf(question.sku) });
  if (units === null) {
    const again = await askInWords(ctx, texts.stock.wrongCount(question.sku), String(level.onHand));
    await questions.ask({ chatId, messageId: again }, question);
    return "answered";
  }
  const { words, keyboard } = confirmCountScreen(level, units, texts);
  await reply(ctx, words, keyboard);
  await questions.done({ chatId, messageId });
  await retireCard(ctx, question.cardMessageId);
  return "answered";
};

/** Takes a text as the count that the bot has asked for, where it is one. False for any other text. */
export const receiveCountAnswer = async (ctx: AnswerContext, cases: StaffCases): Promise<boolean> => {
  const messageId = ctx.message?.reply_to_message?.message_id;
  const text = ctx.message?.text;
  if (messageId === undefined || text === undefined) return false;
  const question = await cases.questions.find({ chatId: ctx.chatId, messageId });
  if (question?.about !== "stock-count") return false;
  return (await receiveCount(ctx, { question, text, messageId }, cases)) === "answered";
};
