import { Bot, type Context } from "grammy";
import type { Update } from "grammy/types";
import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { ContactProblem } from "../domain/contact.ts";
import type { BindAnswer, SharedContact } from "../usecases/bind-contact.ts";
import type { Addressee } from "../usecases/delivery-ports.ts";
import type { DenyOutcome, LinkOutcome } from "../usecases/ports.ts";
import { answerButton } from "./button-flow.ts";
import { clientOptions, SEND_TIMEOUT_SECONDS, type TelegramConnection } from "./connection.ts";
import { receiveContact } from "./contact-flow.ts";
import { describeFailure, failureOf, isTelegramError } from "./failure.ts";
import { reply, textsOf } from "./reply.ts";
import { openBot } from "./start-flow.ts";

/** The update kinds that the bot reads; everything else stays with Telegram. */
export const ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"] as const;

/** What the bot can do: the use cases, as functions. */
export interface BotCases {
  openLink(nonce: string, account: TelegramAccount): Promise<LinkOutcome>;
  bindContact(contact: SharedContact, onAccepted: () => Promise<void>): Promise<BindAnswer>;
  recordRefusedContact(telegramUserId: number | null, problem: ContactProblem): Promise<void>;
  denySignIn(challengeId: string, person: Addressee): Promise<DenyOutcome>;
  denySession(sessionId: string, telegramUserId: number): Promise<DenyOutcome>;
  setChatState(chatId: number, state: "active" | "blocked"): Promise<void>;
  /** True when the chat has had no hint for a while, and gets one now. */
  mayHint(chatId: number): Promise<boolean>;
}

export interface BotOptions {
  readonly connection: TelegramConnection;
  readonly cases: BotCases;
  readonly shopName: string;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
}

/** Characters of an id that a person may quote. */
const REFERENCE_LENGTH = 8;

/** Tells the person that something went wrong, with a reference that stands in the log. Never fails. */
const apologise = async (ctx: Context, error: unknown, { newId, log }: BotOptions): Promise<void> => {
  const reference = newId().slice(-REFERENCE_LENGTH);
  const fields = { reference, chatId: ctx.chat?.id, updateId: ctx.update.update_id };
  // A Bot API error carries the token in its address and the message in its payload.
  if (isTelegramError(error))
    log.warn("a reply failed", { ...fields, reason: describeFailure(failureOf(error)) });
  else log.error("an update could not be handled", { ...fields, error });
  const texts = textsOf(ctx);
  try {
    if (ctx.callbackQuery) await ctx.answerCallbackQuery(texts.failedShort);
    else if (ctx.chat?.type === "private") await reply(ctx, texts.failed(reference));
  } catch (second) {
    log.warn("the apology failed too", { reference, reason: describeFailure(failureOf(second)) });
  }
};

const addFlows = (bot: Bot, { cases, shopName }: BotOptions): void => {
  bot.on("my_chat_member", async (ctx) => {
    const { status } = ctx.myChatMember.new_chat_member;
    const gone = status === "kicked" || status === "left";
    await cases.setChatState(ctx.chat.id, gone ? "blocked" : "active");
  });
  bot.on("callback_query", (ctx) => answerButton(ctx, cases));

  const inPrivate = bot.chatType("private");
  inPrivate.command("start", (ctx) => openBot(ctx, ctx.match.trim(), { cases, shopName }));
  inPrivate.command("help", (ctx) => reply(ctx, textsOf(ctx).help(shopName)));
  bot.on("message:contact", (ctx) => receiveContact(ctx, cases));
  inPrivate.on("message:text", async (ctx) => {
    if (await cases.mayHint(ctx.chat.id)) await reply(ctx, textsOf(ctx).hint());
  });
};

export type HandleUpdate = (update: Update) => Promise<void>;

/**
 * The bot's flows. `handle` takes one update and never fails: what goes wrong is logged, and the person is told. It
 * needs `bot.botInfo` to be set.
 */
export const createBot = (options: BotOptions): { bot: Bot; handle: HandleUpdate } => {
  const { connection } = options;
  const bot = new Bot(connection.token, { client: clientOptions(connection, SEND_TIMEOUT_SECONDS) });
  bot.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      await apologise(ctx, error, options);
    }
  });
  addFlows(bot, options);
  return { bot, handle: (update) => bot.handleUpdate(update) };
};
