import type { Challenge, Purpose } from "../domain/challenge.ts";

// What a code needs, from the question in a browser to the answer.

/** A challenge with what is kept of its secrets. */
export interface NewChallenge extends Challenge {
  readonly secretHash: string;
  readonly nonceHash: string;
  readonly createdAt: Date;
}

/** `refused`: no such open challenge with this secret. */
export type AttemptOutcome =
  | { readonly outcome: "counted"; readonly challenge: Challenge }
  | { readonly outcome: "too-many" }
  | { readonly outcome: "refused" };

export type AskOutcome =
  | { readonly outcome: "asked"; readonly challenge: Challenge }
  | { readonly outcome: "too-soon"; readonly retryAfterSeconds: number }
  | { readonly outcome: "refused" };

export interface SendClaim {
  readonly id: string;
  readonly userId: string;
  readonly chatId: number;
  readonly now: Date;
}

export type ClaimedSend =
  | { readonly outcome: "claimed"; readonly challenge: Challenge }
  | { readonly outcome: "just-sent" | "refused" };

/** A code that is of no use any more, before its time is over. */
export interface ClosedCode {
  readonly challengeId: string;
  readonly userId: string;
  /** What it was used for and where; null where too many wrong ones were typed in its place. */
  readonly use: {
    readonly sessionId: string;
    readonly purpose: Purpose;
    /** The program and the system, in known words. */
    readonly device: string;
    /** null where it is not known. */
    readonly place: string | null;
    /** The person's time zone (IANA). */
    readonly timezone: string;
  } | null;
  readonly at: Date;
}

/** "Open" means: neither consumed nor denied nor expired. */
export interface ChallengeStore {
  insert(challenge: NewChallenge): Promise<void>;
  /** The browser asks for another code. Counted for every challenge alike, whether a code can be sent or not. */
  askAgain(input: { id: string; secretHash: string; now: Date }): Promise<AskOutcome>;
  /** The first Telegram account to come owns the challenge. */
  claimOpening(input: {
    nonceHash: string;
    telegramUserId: number;
    now: Date;
  }): Promise<
    { readonly outcome: "opened"; readonly challenge: Challenge } | { readonly outcome: "taken" | "unknown" }
  >;
  newestOpenedBy(telegramUserId: number, now: Date): Promise<Challenge | null>;
  /**
   * Takes the next send number for this user and chat. `just-sent`: theirs went out a moment ago, and `again` was not wished; of two who come
   * at once one finds that. `refused`: the challenge is not open, has no sends left or was opened by another Telegram account.
   */
  claimSend(input: SendClaim & { again: boolean }): Promise<ClaimedSend>;
  /** What was claimed last has surely not reached the chat: the next one need not wait. */
  releaseSend(input: Pick<Challenge, "id" | "sendCount">): Promise<void>;
  /** Counts an attempt before anything is compared. The first malformed code is forgiven. */
  countAttempt(input: {
    id: string;
    secretHash: string;
    /** How many digits the code has; null where it is not made of digits. */
    codeLength: number | null;
    now: Date;
  }): Promise<AttemptOutcome>;
  /** Closes the challenge for good; null when somebody else was faster or another code has been sent since. */
  consume(input: { id: string; sendCount: number; now: Date }): Promise<{ readonly userId: string } | null>;
  /** Deletes challenges that expired before a moment; so many at most. Answers how many. */
  deleteExpired(before: Date, limit: number): Promise<number>;
  /** Closes a challenge that has to do with this Telegram account, used or not. False where there is none. */
  deny(input: { id: string; telegramUserId: number; now: Date }): Promise<boolean>;
  /** The session that asked for a step-up; null for a sign-in. */
  askedBy(id: string): Promise<string | null>;
}

/** Codes are derived, never stored. */
export interface Codes {
  codeOf(challenge: Pick<Challenge, "id" | "purpose" | "sendCount" | "digits">): string;
  /** Compares in constant time with the code of the last send; false when none was sent. */
  matches(challenge: Pick<Challenge, "id" | "purpose" | "sendCount" | "digits">, code: string): boolean;
}

export interface DeepLinks {
  /** Link that opens the bot with this payload. Rejects with `UNAVAILABLE`. */
  deepLink(payload: string): Promise<string>;
}

/** Brings codes to people: the bot by way of notify, and whoever else keeps to this. */
export interface CodeSender {
  /**
   * Has a code delivered at once; never repeated by itself, and stored nowhere on the way. Rejects with `UNAVAILABLE` when the
   * outcome is unknown.
   */
  deliverCode(input: {
    challengeId: string;
    chatId: number;
    code: string;
    expiresAt: Date;
    language: string;
    purpose: Purpose;
    askedFrom: string;
  }): Promise<"sent" | "unknown" | "unreachable" | "expired">;
}

/** The notify service, as far as a sign-in needs it. */
export type Bot = DeepLinks & CodeSender;
