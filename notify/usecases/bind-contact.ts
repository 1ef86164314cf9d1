import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { type ContactFacts, type ContactProblem, contactProblem } from "../domain/contact.ts";
import type { AuthService, BindStore, ContactOutcome } from "./ports.ts";

export interface SharedContact {
  readonly facts: ContactFacts;
  readonly phone: string;
  readonly account: TelegramAccount;
}

export type BindAnswer =
  | { readonly refused: ContactProblem }
  | { readonly refused: null; readonly outcome: ContactOutcome };

export interface BindContactDeps {
  readonly auth: AuthService;
  readonly binds: BindStore;
  readonly clock: Clock;
  /** For the record: which condition a refused contact broke. */
  readonly onRefused: (chatId: number, problem: ContactProblem) => void;
}

/**
 * A contact was shared: when it is the sender's own and was asked for, auth binds its phone. A refused one reaches nobody.
 * `onAccepted` runs once it is known to be their own, before auth is asked. Fails with `UNAVAILABLE` when auth does not
 * answer; then the contact may be shared again.
 */
export const bindContact =
  ({ auth, binds, clock, onRefused }: BindContactDeps) =>
  async ({ facts, phone, account }: SharedContact, onAccepted: () => Promise<void>): Promise<BindAnswer> => {
    const now = clock.now();
    const bindPending = await binds.isExpected(facts.chatId, now);
    const refused = contactProblem(facts, { now, bindPending });
    if (refused !== null) {
      onRefused(facts.chatId, refused);
      return { refused };
    }
    await onAccepted();
    const outcome = await auth.bindContact(phone, account);
    if (outcome !== "try-later") await binds.done(facts.chatId);
    return { refused: null, outcome };
  };
