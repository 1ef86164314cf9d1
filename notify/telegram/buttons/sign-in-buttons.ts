import type { BotCases } from "../bot.ts";
import type { ButtonHandlers } from "./handlers.ts";

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
    // The notice says what became of the sign-in, and has no button any more.
    if (outcome === "denied") await tap.setText(tap.texts().sessionDenied());
  },
});
