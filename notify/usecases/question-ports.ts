import type { Question } from "../domain/question.ts";

/** Where a question was asked: the chat, and the message that asks. */
export interface AskedAt {
  readonly chatId: number;
  readonly messageId: number;
}

/** The same as the bot uses it: by the clock of now, for as long as an answer counts. */
export interface Questions {
  ask(at: AskedAt, question: Question): Promise<void>;
  find(at: AskedAt): Promise<Question | null>;
  done(at: AskedAt): Promise<void>;
}

/** What was asked with a forced reply and has no answer yet. */
export interface QuestionStore {
  ask(at: AskedAt, question: Question, now: Date): Promise<void>;
  /** What the message asks; null where it asks nothing, or was asked before `since`. It goes on asking. */
  find(at: AskedAt, since: Date): Promise<Question | null>;
  /** The answer was good: nothing more is asked there. */
  done(at: AskedAt): Promise<void>;
}
