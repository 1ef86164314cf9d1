import type { Context } from "grammy";
import type { User } from "grammy/types";
import type { BotCases } from "./bot.ts";
import { type CallbackAction, readCallbackData } from "./callback-data.ts";
import { isTelegramError } from "./failure.ts";
import { textsOf } from "./reply.ts";

/** The notice says what became of the sign-in, and has no button any more. Where that fails the answer to the tap has said it. */
const closeNotice = async (ctx: Context): Promise<void> => {
  const words = textsOf(ctx).sessionDenied();
  try {
    await ctx.editMessageText(words.markup, { parse_mode: "HTML" });
  } catch (error) {
    if (!isTelegramError(error)) throw error;
  }
};

const denySession = async (ctx: Context, sessionId: string, from: User, cases: BotCases): Promise<void> => {
  const texts = textsOf(ctx);
  const outcome = await cases.denySession(sessionId, from.id);
  await ctx.answerCallbackQuery(outcome === "denied" ? texts.signedOut : texts.nothingToSignOut);
  if (outcome === "denied") await closeNotice(ctx);
};

const denySignIn = async (ctx: Context, challengeId: string, from: User, cases: BotCases): Promise<void> => {
  const texts = textsOf(ctx);
  const outcome = await cases.denySignIn(challengeId, {
    chatId: from.id,
    language: from.language_code ?? "",
  });
  await ctx.answerCallbackQuery(outcome === "denied" ? texts.denied : texts.nothingToDeny);
};

const act = (ctx: Context, action: CallbackAction, from: User, cases: BotCases): Promise<void> => {
  switch (action.kind) {
    case "not-me":
      return denySignIn(ctx, action.challengeId, from, cases);
    case "not-my-session":
      return denySession(ctx, action.sessionId, from, cases);
    default:
      return action satisfies never;
  }
};

/** A tap on a button. Every tap is answered, also one with data that no button of ours has. */
export const answerButton = async (ctx: Context, cases: BotCases): Promise<void> => {
  const action = readCallbackData(ctx.callbackQuery?.data);
  const from = ctx.callbackQuery?.from;
  if (action === null || from === undefined) {
    await ctx.answerCallbackQuery(textsOf(ctx).unknownButton);
    return;
  }
  await act(ctx, action, from, cases);
};
