import type { Addressee } from "./delivery-ports.ts";
import type { AuthService, CodeMessageStore, DenyOutcome, Messenger } from "./ports.ts";

export interface DenySignInDeps {
  readonly auth: AuthService;
  readonly codeMessages: CodeMessageStore;
  readonly messenger: Messenger;
}

/**
 * The person says that they did not ask for the code: auth closes the sign-in, and the code leaves the chat. Whether the
 * challenge is theirs is for auth to know. Fails with `UNAVAILABLE` when auth does not answer.
 */
export const denySignIn =
  ({ auth, codeMessages, messenger }: DenySignInDeps) =>
  async (challengeId: string, person: Addressee): Promise<DenyOutcome> => {
    const outcome = await auth.denyChallenge(challengeId, person.chatId);
    if (outcome === "denied") {
      for (const messageId of await codeMessages.take(challengeId, person.chatId))
        await messenger.closeCode(person, messageId);
    }
    return outcome;
  };
