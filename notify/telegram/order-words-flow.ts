import type { Context } from "grammy";
import type { OrderWordsQuestion } from "../domain/question.ts";
import type { StaffTapResult } from "../usecases/staff-orders.ts";
import { isAnonymous } from "./anonymous.ts";
import { html } from "./html.ts";
import { reply, textsOf } from "./reply.ts";
import type { TeamCases } from "./team-cases.ts";
import type { Texts } from "./texts/texts.ts";

/** As long as orders takes a reason, in UTF-16 units. */
const WORDS_MAX = 200;

const wordsOf = (result: StaffTapResult, to: OrderWordsQuestion["to"], { team, chat }: Texts): string => {
  switch (result.kind) {
    case "done":
      return [team.done[to], ...(result.owner === null ? [] : [team.butClaimedBy(result.owner)])].join(" ");
    case "overtaken":
      return team.overtaken(result.by, result.what);
    case "refreshed":
      return chat.orders.refreshed;
    case "not-possible":
      return chat.orders.notAllowed;
    default:
      return result satisfies never;
  }
};

/** In one line: the words stand in a card. */
const inOneLine = (text: string): string => text.replace(/[\s\p{C}]+/gu, " ").trim();

interface Answer {
  readonly chatId: number;
  readonly from: number;
  /** The message that asked, and the one that answers. */
  readonly askedId: number;
  readonly messageId: number;
  readonly text: string;
}

const act = async (
  ctx: Context,
  { chatId, from, askedId, messageId, text }: Answer,
  question: OrderWordsQuestion,
  { admit, orders, questions }: TeamCases,
): Promise<void> => {
  const texts = textsOf(ctx);
  const as = await admit(from, "orders.write-all");
  if (as === null) return reply(ctx, html`${texts.team.notYours}`);
  const { orderId, version, to } = question;
  const tap = { chatId, orderId, version, key: `tg-words-${chatId}-${messageId}`, stale: false };
  const result = await orders.move(as, tap, to, text);
  await questions.done({ chatId, messageId: askedId });
  await reply(ctx, html`${wordsOf(result, to, texts)}`);
};

/** An answer to a message of the bot; null for any other text. */
const answerOf = ({ chat, from, message }: Context): Answer | null => {
  const askedId = message?.reply_to_message?.message_id;
  if (chat === undefined || from === undefined || message?.text === undefined || askedId === undefined)
    return null;
  const { message_id: messageId, text } = message;
  return { chatId: chat.id, from: from.id, askedId, messageId, text: inOneLine(text) };
};

/** Takes a text as the answer to what a card has asked, where it is one: with what an order is shipped, or why it is cancelled. False for any other. */
export const receiveOrderWords = async (ctx: Context, cases: TeamCases): Promise<boolean> => {
  const answer = answerOf(ctx);
  if (answer === null || answer.text === "") return false;
  const question = await cases.questions.find({ chatId: answer.chatId, messageId: answer.askedId });
  if (question?.about !== "order-words") return false;
  const { anonymous, onlyAsked, wordsTooLong } = textsOf(ctx).team;
  if (isAnonymous(ctx)) await reply(ctx, html`${anonymous}`);
  else if (question.telegramUserId !== answer.from) await reply(ctx, onlyAsked);
  else if (answer.text.length > WORDS_MAX) await reply(ctx, wordsTooLong(WORDS_MAX));
  else await act(ctx, answer, question, cases);
  return true;
};
