import type { Context } from "grammy";
import type { LinkOutcome } from "../usecases/ports.ts";
import type { BotCases } from "./bot.ts";
import type { Html } from "./html.ts";
import { accountOf, contactKeyboard, reply, textsOf } from "./reply.ts";
import type { Texts } from "./texts/texts.ts";

/** Payload of a sign-in link: 128 random bits in base64url. */
const SIGN_IN_PAYLOAD = /^l_([A-Za-z0-9_-]{1,62})$/;

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

/** `/start`, alone or with the payload of a link. Starting alone never signs anybody in. */
export const openBot = async (
  ctx: Context & { readonly chatId: number },
  payload: string,
  { cases, shopName }: { readonly cases: BotCases; readonly shopName: string },
): Promise<void> => {
  const texts = textsOf(ctx);
  await cases.setChatState(ctx.chatId, "active");
  if (payload === "") return reply(ctx, texts.greeting(shopName));
  const nonce = SIGN_IN_PAYLOAD.exec(payload)?.[1];
  if (nonce === undefined || ctx.from === undefined || ctx.from.is_bot)
    return reply(ctx, texts.link.unknown());
  const outcome = await cases.openLink(nonce, accountOf(ctx.from));
  if (outcome === "contact-needed") return reply(ctx, texts.contactNeeded(shopName), contactKeyboard(texts));
  const words = wordsFor(outcome, texts);
  if (words !== null) await reply(ctx, words);
};
