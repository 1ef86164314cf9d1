/** Wrong codes that a challenge bears; the next one finds it closed. */
export const ATTEMPTS_MAX = 5;
/** Codes of one challenge, the first included. Also how often a browser may ask for one. */
export const SENDS_MAX = 3;
/** Shortest time between two codes of one challenge. */
export const RESEND_COOLDOWN_SECONDS = 60;

/**
 * What a code is good for: to sign in, or to prove oneself anew for a risky call, which may be named (`step-up:users.erase`).
 * It is part of the code's key, so that a code for one thing fits no other.
 */
export type Purpose = "login" | "step-up" | `step-up:${string}`;
/** The same for the database; the names of actions are those of the contract. */
export const PURPOSE_PATTERN = "^(login|step-up(:[a-z.-]{1,31})?)$";

/** A request to prove who is there, from the question in a browser to the code that was typed into it. */
export interface Challenge {
  readonly id: string;
  readonly purpose: Purpose;
  /** The phone that was asked for; null when the sign-in began by link. */
  readonly phone: string | null;
  /** 6, or 8 while codes are being guessed all over the shop. */
  readonly digits: number;
  /** Codes given out so far; the number of the code that is valid. 0: none is. */
  readonly sendCount: number;
  readonly lastSentAt: Date | null;
  readonly attempts: number;
  /** The Telegram account that opened the link first. Only that one may go on. */
  readonly openedBy: number | null;
  /** Whom the last code signs in. */
  readonly userId: string | null;
  /** The chat that the last code went to. */
  readonly chatId: number | null;
  /** The session that asked for a fresh code, and the only one to which it gives a proof; null for a sign-in. */
  readonly sessionId: string | null;
  readonly expiresAt: Date;
  /** Where the sign-in was asked for, in words for the person. */
  readonly askedFrom: string;
}

/** Who a challenge belongs to from its beginning, as one for a step-up does: its code goes to nobody else. */
export interface ChallengeOwner {
  readonly userId: string;
  readonly openedBy: number;
  readonly sessionId: string;
}

/** A challenge as it begins: no code has been sent, none has been tried. */
export const newChallenge = (
  facts: Pick<Challenge, "id" | "purpose" | "phone" | "digits" | "expiresAt" | "askedFrom">,
  owner?: ChallengeOwner,
): Challenge => ({
  ...facts,
  ...{ sendCount: 0, lastSentAt: null, attempts: 0, chatId: null },
  ...(owner ?? { userId: null, openedBy: null, sessionId: null }),
});

/** Whom wrong codes of step-ups count against. */
export const stepUpGuessesAt = (userId: string): string => `step-up:${userId}`;

/**
 * Whom a wrong code counts against: the account, or the challenge itself while no code of it has gone to one. Step-ups are counted apart:
 * guessing at one takes a session, so that nobody from outside closes them for an account.
 */
export const guessesAt = ({
  id,
  userId,
  sessionId,
}: Pick<Challenge, "id" | "userId" | "sessionId">): string =>
  userId !== null && sessionId !== null ? stepUpGuessesAt(userId) : (userId ?? id);

/** How many digits a code has, or null where it is not made of digits. */
export const codeLength = (code: string): number | null => (/^[0-9]+$/.test(code) ? code.length : null);

/** True when a code of this challenge has gone to the chat a moment ago, so that no other one is due. */
export const wasJustSentTo = (challenge: Challenge, chatId: number, now: Date): boolean =>
  challenge.chatId === chatId &&
  challenge.lastSentAt !== null &&
  now.getTime() - challenge.lastSentAt.getTime() < RESEND_COOLDOWN_SECONDS * 1000;
