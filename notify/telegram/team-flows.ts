import type { Bot } from "grammy";
import { operationsButtons } from "./buttons/operations-buttons.ts";
import { staffOrderButtons } from "./buttons/staff-order-buttons.ts";
import { groupButtons, handleGroupCommand } from "./group-flow.ts";
import { html } from "./html.ts";
import { receiveOrderWords } from "./order-words-flow.ts";
import { shortWordsOf } from "./refusals.ts";
import { reply, textsOf } from "./reply.ts";
import type { TeamCases } from "./team-cases.ts";

/** The buttons of the shop's people below cards and alerts, in whatever chat these are. */
export const teamButtons = (cases: TeamCases) => ({
  ...staffOrderButtons(cases),
  ...operationsButtons(cases),
  ...groupButtons(cases),
});

/** What is written in groups, and what becomes of them. What is refused there is told there; anything else is nobody's business. */
export const addTeamFlows = (bot: Bot, cases: TeamCases): void => {
  const inGroups = bot.chatType(["group", "supergroup"]);
  inGroups.on("message:migrate_to_chat_id", (ctx) =>
    cases.groups.move(ctx.chat.id, ctx.message.migrate_to_chat_id),
  );
  inGroups.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const words = ctx.message === undefined ? null : shortWordsOf(error, textsOf(ctx));
      if (words === null) throw error;
      await reply(ctx, html`${words}`);
    }
  });
  inGroups.command("admin", (ctx) => handleGroupCommand(ctx, cases));
  bot.on("message:text", async (ctx, next) => {
    if (!(await receiveOrderWords(ctx, cases))) await next();
  });
};
