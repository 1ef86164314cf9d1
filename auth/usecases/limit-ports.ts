// What bounds how often somebody may try.

/** So many within so many seconds. */
export interface Budget {
  readonly name: string;
  readonly points: number;
  readonly windowSeconds: number;
}

export interface Budgets {
  /** Seconds to wait where the budget is used up, else null. Rejects with `UNAVAILABLE`: sign-in fails closed. */
  spend(budget: Budget, subject: string): Promise<number | null>;
}

/** Sees to it that guessing all over the shop makes codes longer. */
export interface GuessWatch {
  wrongCode(): Promise<void>;
  /** Digits of a code that is made now. */
  digits(): Promise<number>;
}

/** Chats that want no codes for a while. Rejects with `UNAVAILABLE`. */
export interface MutedChats {
  mute(chatId: number): Promise<void>;
  isMuted(chatId: number): Promise<boolean>;
}

/** A try that was taken, and how it went. */
export type TakenTry =
  | { readonly outcome: "closed"; readonly retryAfterSeconds: number }
  | {
      readonly outcome: "open";
      /** True where this was the last of the failures that close the way. */
      failed(): Promise<boolean>;
      /** Failures and closings of before are forgotten. */
      succeeded(): Promise<void>;
    };

/** Closes one way of signing in to an account that is being guessed at, and no other way. All reject with `UNAVAILABLE`. */
export interface Lockout {
  /** Seconds until it opens again; null where it is open. */
  closedFor(subject: string): Promise<number | null>;
  /** Takes a try before anything is compared, so that of any number at once no more are compared than may fail. */
  take(subject: string): Promise<TakenTry>;
}
