import type { Context, Filter } from "grammy";
import type { ContactFacts, ContactProblem } from "../domain/contact.ts";
import type { ContactOutcome } from "../usecases/ports.ts";
import type { BotCases } from "./bot.ts";
import { isTelegramError } from "./failure.ts";
import type { Html } from "./html.ts";
import { accountOf, contactKeyboard, noKeyboard, reply, textsOf } from "./reply.ts";
import type { Texts } from "./texts/texts.ts";

type ContactContext = Filter<Context, "message:contact">;

const factsOf = ({ message, update }: ContactContext): ContactFacts => ({
  updateKind: update.message === undefined ? "other" : "message",
  chatType: message.chat.type,
  chatId: message.chat.id,
  // Messages in a channel's name have a sender chat instead of a person.
  fromId: message.sender_chat === undefined ? (message.from?.id ?? null) : null,
  fromIsBot: message.from?.is_bot ?? false,
  contactUserId: message.contact.user_id ?? null,
  forwarded: message.forward_origin !== undefined,
  viaBot: message.via_bot !== undefined,
  sentAt: new Date(message.date * 1000),
});

const wordsFor = (outcome: ContactOutcome, texts: Texts): Html | null => {
  switch (outcome) {
    case "code-sent":
      return null;
    case "bound":
      return texts.contact.bound();
    case "other-phone":
      return texts.contact.otherPhone();
    case "nothing-pending":
      return texts.contact.nothingPending();
    case "invalid-phone":
      return texts.contact.invalidPhone();
    case "blocked":
      return texts.link.blocked();
    case "try-later":
      return texts.link.tryLater();
    default:
      return outcome satisfies never;
  }
};

/** Outside of a private chat nobody is answered: a group need not read of somebody's phone. */
const refuse = async (ctx: ContactContext, problem: ContactProblem): Promise<void> => {
  const texts = textsOf(ctx);
  if (ctx.chat.type !== "private") return;
  if (problem === "nothing-pending") return reply(ctx, texts.contactNotAsked(), noKeyboard);
  await reply(ctx, texts.contactRefused(), contactKeyboard(texts));
};

/** A thank-you that gets lost must not keep the code away. */
const thank = async (ctx: ContactContext): Promise<void> => {
  try {
    await reply(ctx, textsOf(ctx).contactAccepted(), noKeyboard);
  } catch (error) {
    if (!isTelegramError(error)) throw error;
  }
};

/** A contact message: bound when it is the sender's own and was asked for, else explained. */
export const receiveContact = async (ctx: ContactContext, cases: BotCases): Promise<void> => {
  const texts = textsOf(ctx);
  const { contact, from } = ctx.message;
  const facts = factsOf(ctx);
  const answer = await cases.bindContact(
    { facts, phone: contact.phone_number, account: accountOf(from) },
    // First, so that the code that auth sends meanwhile is the last message in the chat.
    () => thank(ctx),
  );
  if (answer.refused !== null) {
    await cases.recordRefusedContact(facts.fromId, answer.refused);
    return refuse(ctx, answer.refused);
  }
  const words = wordsFor(answer.outcome, texts);
  if (words !== null) await reply(ctx, words);
};
