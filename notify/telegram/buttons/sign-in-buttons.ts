import type { BotCases } from "../bot.ts";
import { isTelegramError } from "../failure.ts";
import type { ButtonHandlers } from "./handlers.ts";
import type { Tap } from "./tap.ts";

/** The notice says what became of the sign-in, and has no button any more. Where that fails the answer to the tap has said it. */
const closeNotice = async ({ ctx, texts }: Tap): Promise<void> => {
  try {
    await ctx.editMessageText(texts().sessionDenied().markup, { parse_mode: "HTML" });
  } catch (error) {
    if (!isTelegramError(error)) throw error;
  }
};

/** “Not me”, below a code and below the notice of a sign-in. */
export const signInButtons = (cases: BotCases): ButtonHandlers<"not-me" | "not-my-session"> => ({
  async "not-me"(tap, { id }) {
    const { from } = tap;
    const outcome = await cases.denySignIn(id, { chatId: from.id, language: from.language_code ?? "" });
    await tap.answer(outcome === "denied" ? tap.texts().denied : tap.texts().nothingToDeny);
  },
  async "not-my-session"(tap, { id }) {
    const outcome = await cases.denySession(id, tap.from.id);
    await tap.answer(outcome === "denied" ? tap.texts().signedOut : tap.texts().nothingToSignOut);
    if (outcome === "denied") await closeNotice(tap);
  },
});
