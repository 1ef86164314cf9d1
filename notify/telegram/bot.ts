import { Bot, type Context } from "grammy";
import type { Update } from "grammy/types";
import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { ContactProblem } from "../domain/contact.ts";
import type { BindAnswer, SharedContact } from "../usecases/bind-contact.ts";
import type { ChatAccount } from "../usecases/chat-account.ts";
import type { ChatOrders } from "../usecases/chat-orders.ts";
import type { Addressee } from "../usecases/delivery-ports.ts";
import type { ExplainInChat } from "../usecases/explain-in-chat.ts";
import type { DenyOutcome, LinkOutcome } from "../usecases/ports.ts";
import type { ShopProduct } from "../usecases/shop-ports.ts";
import { accountButtons } from "./buttons/account-buttons.ts";
import { orderButtons } from "./buttons/order-buttons.ts";
import { type ChoiceCases, preferenceButtons, stopOffers } from "./buttons/preference-buttons.ts";
import { createButtonRouter } from "./buttons/router.ts";
import { signInButtons } from "./buttons/sign-in-buttons.ts";
import { stockButtons } from "./buttons/stock-buttons.ts";
import { commandHandlers } from "./commands.ts";
import { clientOptions, SEND_TIMEOUT_SECONDS, type TelegramConnection } from "./connection.ts";
import { receiveContact } from "./contact-flow.ts";
import { receiveCountAnswer } from "./count-flow.ts";
import { describeFailure, failureOf, isTelegramError } from "./failure.ts";
import { html } from "./html.ts";
import { shortWordsOf } from "./refusals.ts";
import { reply, speakIn, textsOf } from "./reply.ts";
import type { ShopFacts } from "./screens.ts";
import type { StaffCases } from "./staff-cases.ts";
import { staffCommandHandlers } from "./staff-commands.ts";
import type { TeamCases } from "./team-cases.ts";
import { addTeamFlows, teamButtons } from "./team-flows.ts";
import { commandNames } from "./texts/chat-texts.ts";
import { staffCommandNames } from "./texts/stock-texts.ts";

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
  /** The language of the account that this Telegram account has; null where that is not known. */
  languageIn(telegramUserId: number): Promise<string | null>;
  /** False for somebody who sends more than a person does. */
  admits(telegramUserId: number): Promise<boolean>;
  readonly orders: ChatOrders;
  readonly explain: ExplainInChat;
  readonly account: ChatAccount;
  readonly choices: ChoiceCases;
  readonly staff: StaffCases;
  readonly team: TeamCases;
  /** Fails with `NOT_FOUND`. */
  readProduct(sku: string): Promise<ShopProduct>;
  /** True when the chat has had no hint for a while, and gets one now. */
  mayHint(chatId: number): Promise<boolean>;
}

export interface BotOptions {
  readonly connection: TelegramConnection;
  readonly cases: BotCases;
  readonly facts: ShopFacts;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
}

/** Characters of an id that a person may quote. */
const REFERENCE_LENGTH = 8;

/** Writes down what went wrong. Answers a reference that stands in the log. */
const note = (ctx: Context, error: unknown, { newId, log }: Pick<BotOptions, "newId" | "log">): string => {
  const reference = newId().slice(-REFERENCE_LENGTH);
  const fields = { reference, chatId: ctx.chat?.id, updateId: ctx.update.update_id };
  // A Bot API error carries the token in its address and the message in its payload.
  if (isTelegramError(error))
    log.warn("a reply failed", { ...fields, reason: describeFailure(failureOf(error)) });
  else log.error("an update could not be handled", { ...fields, error });
  return reference;
};

/** Tells the person what was refused and what to do next, or that something went wrong, with a reference. Never fails. */
const apologise = async (ctx: Context, error: unknown, options: BotOptions): Promise<void> => {
  const texts = textsOf(ctx);
  const refused = shortWordsOf(error, texts);
  const words = refused === null ? texts.failed(note(ctx, error, options)) : html`${refused}`;
  try {
    if (ctx.chat?.type === "private") await reply(ctx, words);
  } catch (second) {
    options.log.warn("the apology failed too", { reason: describeFailure(failureOf(second)) });
  }
};

/** Drops floods without a word, and finds out in which language to answer; a database that is away keeps nobody from an answer. */
const receive = async (ctx: Context, { cases }: BotOptions): Promise<"admitted" | "dropped"> => {
  const id = ctx.from?.id;
  if (id === undefined || ctx.myChatMember !== undefined) return "admitted";
  if (!(await cases.admits(id))) return "dropped";
  const language = await cases.languageIn(id).catch(() => null);
  if (language !== null) speakIn(ctx, language);
  return "admitted";
};

const addFlows = (bot: Bot, options: BotOptions): void => {
  const { cases, facts, clock } = options;
  bot.on("my_chat_member", async (ctx) => {
    const { status } = ctx.myChatMember.new_chat_member;
    const gone = status === "kicked" || status === "left";
    if (ctx.chat.type === "private") await cases.setChatState(ctx.chat.id, gone ? "blocked" : "active");
    else if (gone) await cases.team.groups.lose(ctx.chat.id);
  });
  const handlers = {
    ...signInButtons(cases),
    ...orderButtons(cases.orders, facts),
    ...accountButtons(cases.account, facts),
    ...preferenceButtons(cases.choices),
    ...stockButtons({ cases: cases.staff, facts }),
    ...teamButtons(cases.team),
  };
  const answerButton = createButtonRouter({
    ...{ handlers, clock },
    note: (ctx, error) => note(ctx, error, options),
  });
  bot.on("callback_query", (ctx) => answerButton(ctx));

  addTeamFlows(bot, cases.team);
  const inPrivate = bot.chatType("private");
  const commands = commandHandlers(cases, facts);
  for (const name of commandNames) inPrivate.command(name, (ctx) => commands[name](ctx));
  const staffCommands = staffCommandHandlers(cases.staff, facts);
  for (const name of staffCommandNames)
    inPrivate.command(name, (ctx, next) => staffCommands[name](ctx, next));
  inPrivate.command("stop", (ctx) => stopOffers(ctx, ctx.chat.id, cases.choices));
  bot.on("message:contact", (ctx) => receiveContact(ctx, cases));
  inPrivate.on("message:text", async (ctx) => {
    if (await receiveCountAnswer(ctx, cases.staff)) return;
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
      if ((await receive(ctx, options)) === "admitted") await next();
    } catch (error) {
      await apologise(ctx, error, options);
    }
  });
  addFlows(bot, options);
  return { bot, handle: (update) => bot.handleUpdate(update) };
};
