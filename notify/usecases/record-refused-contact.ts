import type { ContactProblem } from "../domain/contact.ts";
import type { AuthService } from "./ports.ts";

export interface RecordRefusedContactDeps {
  readonly auth: Pick<AuthService, "recordRefusedContact">;
  /** True once in a while for the same: nobody fills the log of security events by sharing contacts without end. */
  readonly isFirstInAWhile: (what: string) => Promise<boolean>;
  readonly onLost: (problem: ContactProblem) => void;
}

/**
 * Has a refused contact written down with the security events. Never fails, so that the person is answered: while auth is away
 * the record is lost.
 */
export const recordRefusedContact =
  ({ auth, isFirstInAWhile, onLost }: RecordRefusedContactDeps) =>
  async (telegramUserId: number | null, problem: ContactProblem): Promise<void> => {
    try {
      const isFirst = await isFirstInAWhile(`${telegramUserId}:${problem}`);
      if (isFirst) await auth.recordRefusedContact({ telegramUserId, problem });
    } catch {
      onLost(problem);
    }
  };
