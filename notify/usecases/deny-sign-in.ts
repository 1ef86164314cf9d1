import type { Clock } from "../../shared/kernel/clock.ts";
import type { Addressee } from "./delivery-ports.ts";
import type { AuthService, CodeMessageStore, DenyOutcome } from "./ports.ts";

export interface DenySignInDeps {
  readonly auth: AuthService;
  readonly codeMessages: Pick<CodeMessageStore, "close">;
  /** There are messages of codes to be edited. */
  readonly wakeCodeCloser: () => void;
  readonly clock: Clock;
}

/**
 * The person says that they did not ask for the code: auth closes the sign-in, and the code leaves the chat. Whether the
 * challenge is theirs is for auth to know. Fails with `UNAVAILABLE` when auth does not answer.
 */
export const denySignIn =
  ({ auth, codeMessages, wakeCodeCloser, clock }: DenySignInDeps) =>
  async (challengeId: string, person: Addressee): Promise<DenyOutcome> => {
    const outcome = await auth.denyChallenge(challengeId, person.chatId);
    if (outcome === "denied") {
      await codeMessages.close(challengeId, { reason: "denied" }, { userId: null, now: clock.now() });
      wakeCodeCloser();
    }
    return outcome;
  };
