import type { Context } from "grammy";
import { locales } from "../domain/locale.ts";
import type { BotCases } from "./bot.ts";
import { question } from "./buttons/account-buttons.ts";
import { replyWithSettings } from "./buttons/preference-buttons.ts";
import { buttonData } from "./callback-data.ts";
import { reply, textsOf } from "./reply.ts";
import { replyWithOrders, replyWithStart, replyWithSupport, type ShopFacts } from "./screens.ts";
import { openBot } from "./start-flow.ts";
import type { CommandName } from "./texts/chat-texts.ts";
import { textsFor } from "./texts/texts.ts";
import { replyWithWhy } from "./why-flow.ts";

/** A command in a private chat, and what was written behind it. */
export type CommandContext = Context & { readonly chatId: number; readonly match: string };
export type CommandHandler = (ctx: CommandContext) => Promise<void>;

const askLanguage = (ctx: Context): Promise<void> =>
  reply(ctx, textsOf(ctx).chat.language.ask(), {
    inline_keyboard: [
      locales.map((locale) => ({
        text: textsFor(locale).chat.language.own,
        callback_data: buttonData("language", locale),
      })),
    ],
  });

const showPrivacy = (ctx: Context, { shopName }: ShopFacts): Promise<void> => {
  const { buttons, privacy } = textsOf(ctx).chat;
  return reply(ctx, privacy.shown(shopName), {
    inline_keyboard: [
      [{ text: buttons.export, callback_data: buttonData("privacy-export") }],
      [{ text: buttons.erase, callback_data: buttonData("privacy-erase"), style: "danger" }],
    ],
  });
};

/** Whoever writes in a private chat has the id of that chat (Bot API, Chat). */
const writerOf = ({ chatId }: CommandContext): number => chatId;

/** Every command of the menu. One without a handler does not compile. */
export const commandHandlers = (
  cases: BotCases,
  facts: ShopFacts,
): Readonly<Record<CommandName, CommandHandler>> => ({
  start: (ctx) => openBot(ctx, ctx.match.trim(), { cases, facts, greet: () => replyWithStart(ctx, facts) }),
  orders: (ctx) => replyWithOrders(ctx, writerOf(ctx), cases.orders),
  why: (ctx) => replyWithWhy(ctx, cases.explain, facts),
  notifications: (ctx) => replyWithSettings(ctx, writerOf(ctx), cases.choices),
  language: askLanguage,
  help: (ctx) => reply(ctx, textsOf(ctx).help(facts.shopName)),
  support: (ctx) => replyWithSupport(ctx, facts),
  privacy: (ctx) => showPrivacy(ctx, facts),
  async logout(ctx) {
    await cases.account.assertKnown(writerOf(ctx));
    const texts = textsOf(ctx);
    await reply(ctx, texts.chat.logOut.ask(), question("log-out-sure", "logOutSure", texts));
  },
});
