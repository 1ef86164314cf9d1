import type { Context } from "grammy";
import type { InlineKeyboardMarkup } from "grammy/types";
import { type GroupCategory, groupCategories } from "../domain/preferences.ts";
import type { GroupChoices } from "../usecases/groups.ts";
import { isAnonymous } from "./anonymous.ts";
import type { ButtonHandlers } from "./buttons/handlers.ts";
import { forTeam } from "./buttons/team.ts";
import { buttonDataOf } from "./callback-data.ts";
import { reply, textsOf } from "./reply.ts";
import type { TeamCases } from "./team-cases.ts";
import type { Texts } from "./texts/texts.ts";

/** A command in a group, and what was written behind it. */
export type GroupCommandContext = Context & { readonly chatId: number; readonly match: string };

const choiceKeyboard = (choices: GroupChoices, { team }: Texts): InlineKeyboardMarkup => ({
  inline_keyboard: groupCategories.map((category) => {
    const on = choices[category];
    const callback_data = buttonDataOf("group-choice", { id: category, argument: on ? "0" : "1" });
    return [{ text: `${on ? "✅" : "⬜"} ${team.group.category[category]}`, callback_data }];
  }),
});

const begin = async (ctx: GroupCommandContext, language: string, { groups }: TeamCases): Promise<void> => {
  const texts = textsOf(ctx);
  const choices = await groups.begin(ctx.chatId, language);
  if (choices === null) return reply(ctx, texts.team.group.usage());
  await reply(ctx, texts.team.group.hello(), choiceKeyboard(choices, texts));
};

const end = async (ctx: GroupCommandContext, { groups }: TeamCases): Promise<void> => {
  const { ended, notKnown } = textsOf(ctx).team.group;
  await reply(ctx, (await groups.end(ctx.chatId)) ? ended() : notKnown());
};

/**
 * `/admin here` and `/admin off`, written in a group. By the account of who has written it, at that moment: who is an admin of the group
 * alone, or hides behind it, is told that they cannot.
 */
export const handleGroupCommand = async (ctx: GroupCommandContext, cases: TeamCases): Promise<void> => {
  const { group } = textsOf(ctx).team;
  if (isAnonymous(ctx)) return reply(ctx, group.anonymous());
  const as = ctx.from === undefined ? null : await cases.admit(ctx.from.id, "notifications.groups");
  if (as === null) return reply(ctx, group.onlyAdmins());
  switch (ctx.match.trim().toLowerCase()) {
    case "here":
      return begin(ctx, as.language, cases);
    case "off":
      return end(ctx, cases);
    default:
      return reply(ctx, group.usage());
  }
};

const isGroupCategory = (text: string): text is GroupCategory =>
  (groupCategories as readonly string[]).includes(text);

/** What a group is told of, by its buttons. */
export const groupButtons = ({ admit, groups }: TeamCases): ButtonHandlers<"group-choice"> => ({
  "group-choice": forTeam(admit, "notifications.groups", async (tap, { id, argument }) => {
    const { team, unknownButton } = tap.texts();
    if (!isGroupCategory(id) || tap.ctx.chat === undefined) return tap.answer(unknownButton);
    const choices = await groups.choose(tap.ctx.chat.id, id, argument === "1");
    if (choices === null) return tap.answer(team.group.gone, { alert: true });
    await tap.answer(team.group.saved);
    await tap.setButtons(choiceKeyboard(choices, tap.texts()));
  }),
});
