import type { Context } from "grammy";
import type { BotCases } from "./bot.ts";
import { readCallbackData } from "./callback-data.ts";
import { textsOf } from "./reply.ts";

/** A tap on a button. Every tap is answered, also one with data that no button of ours has. */
export const answerButton = async (ctx: Context, cases: BotCases): Promise<void> => {
  const texts = textsOf(ctx);
  const action = readCallbackData(ctx.callbackQuery?.data);
  const from = ctx.callbackQuery?.from;
  if (action === null || from === undefined) {
    await ctx.answerCallbackQuery(texts.unknownButton);
    return;
  }
  const outcome = await cases.denySignIn(action.challengeId, {
    chatId: from.id,
    language: from.language_code ?? "",
  });
  await ctx.answerCallbackQuery(outcome === "denied" ? texts.denied : texts.nothingToDeny);
};
