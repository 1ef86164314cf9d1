import type { Context } from "grammy";
import { isKioskError } from "../../shared/kernel/errors.ts";
import type { LinkOutcome } from "../usecases/ports.ts";
import type { BotCases } from "./bot.ts";
import { notifyMeButton, waitForProduct } from "./buttons/preference-buttons.ts";
import type { Html } from "./html.ts";
import { accountOf, contactKeyboard, reply, textsOf } from "./reply.ts";
import { type ShopFacts, shopButton } from "./screens.ts";
import type { Texts } from "./texts/texts.ts";

/** Payload of a sign-in link: 128 random bits in base64url. */
const SIGN_IN_PAYLOAD = /^l_([A-Za-z0-9_-]{1,62})$/;

const SUBJECT_PAYLOAD = /^([opb])_([A-Za-z0-9_-]{1,62})$/;

/** In a private chat, which has the id of whoever writes in it. */
type StartContext = Context & { readonly chatId: number };

/** Null where nothing is left to say: the code's own message says it. */
const wordsFor = (outcome: Exclude<LinkOutcome, "contact-needed">, texts: Texts): Html | null => {
  switch (outcome) {
    case "code-sent":
      return null;
    case "unknown-link":
      return texts.link.unknown();
    case "taken":
      return texts.link.taken();
    case "blocked":
      return texts.link.blocked();
    case "try-later":
      return texts.link.tryLater();
    default:
      return outcome satisfies never;
  }
};

export interface StartOptions {
  readonly cases: BotCases;
  readonly facts: ShopFacts;
  /** What is said to who comes without a payload. */
  readonly greet: () => Promise<void>;
}

const showOrder = async (ctx: StartContext, name: string, { orders }: BotCases): Promise<void> => {
  try {
    await orders.show({ telegramUserId: ctx.chatId, key: `tg-start-${ctx.update.update_id}`, name });
  } catch (error) {
    if (!isKioskError(error, "NOT_FOUND")) throw error;
    await reply(ctx, textsOf(ctx).chat.orders.unknown());
  }
};

const showProduct = async (
  ctx: StartContext,
  sku: string,
  { cases, facts }: Pick<StartOptions, "cases" | "facts">,
): Promise<void> => {
  const { product } = textsOf(ctx).chat;
  try {
    const found = await cases.readProduct(sku);
    const whenBack = found.available > 0 ? [] : notifyMeButton(found.sku, textsOf(ctx));
    await reply(ctx, product.shown(found), { inline_keyboard: [...whenBack, ...shopButton(ctx, facts)] });
  } catch (error) {
    if (!isKioskError(error, "NOT_FOUND")) throw error;
    await reply(ctx, product.unknown());
  }
};

/** `o_<number or id>` shows an order, `p_<SKU>` a product, and with `b_<SKU>` the person waits for one. False for a payload of another kind. */
const showSubject = async (
  ctx: StartContext,
  payload: string,
  options: Pick<StartOptions, "cases" | "facts">,
): Promise<boolean> => {
  const [, kind, name] = SUBJECT_PAYLOAD.exec(payload) ?? [];
  if (name === undefined) return false;
  if (kind === "o") await showOrder(ctx, name, options.cases);
  else if (kind === "b") await waitForProduct(ctx, ctx.chatId, name, options.cases.choices);
  else await showProduct(ctx, name, options);
  return true;
};

/** `/start`, alone or with the payload of a link. Starting alone never signs anybody in. */
export const openBot = async (
  ctx: StartContext,
  payload: string,
  { cases, facts, greet }: StartOptions,
): Promise<void> => {
  const texts = textsOf(ctx);
  await cases.setChatState(ctx.chatId, "active");
  if (payload === "") return greet();
  if (await showSubject(ctx, payload, { cases, facts })) return;
  const nonce = SIGN_IN_PAYLOAD.exec(payload)?.[1];
  if (nonce === undefined || ctx.from === undefined || ctx.from.is_bot)
    return reply(ctx, texts.link.unknown());
  const outcome = await cases.openLink(nonce, accountOf(ctx.from));
  if (outcome === "contact-needed")
    return reply(ctx, texts.contactNeeded(facts.shopName), contactKeyboard(texts));
  const words = wordsFor(outcome, texts);
  if (words !== null) await reply(ctx, words);
};
