import type { ExplainInChat, WhyAnswer } from "../usecases/explain-in-chat.ts";
import { wordsOf } from "./command-words.ts";
import type { CommandContext } from "./commands.ts";
import type { Html } from "./html.ts";
import { reply, textsOf } from "./reply.ts";
import type { ShopFacts } from "./screens.ts";
import type { Texts } from "./texts/texts.ts";

const said = (answer: WhyAnswer, { why }: Texts, timezone: string): Html => {
  switch (answer.kind) {
    case "usage":
      return why.usage(answer.asStaff);
    case "unknown":
      return why.unknown(answer.asStaff);
    case "order":
      // The shop's people are told by the shop's clock, a buyer by their own.
      return why.order({ ...answer, timezone: answer.asStaff ? timezone : answer.timezone });
    case "stock":
      return why.stock(answer, timezone);
    default:
      return answer satisfies never;
  }
};

/** “Why is it as it is?”: of an order by its number, and for the shop's people of a SKU. */
export const replyWithWhy = async (
  ctx: CommandContext,
  explain: ExplainInChat,
  { timezone }: ShopFacts,
): Promise<void> => {
  for (const answer of await explain(ctx.chatId, wordsOf(ctx)))
    await reply(ctx, said(answer, textsOf(ctx), timezone));
};
