export type RevokeReason = "logout" | "logout-all" | "reuse" | "admin" | "blocked" | "rebound" | "deleted";

/** Living sessions of an account, at most: whoever signs in once more ends the one that was used longest ago. */
export const SESSIONS_MAX = 20;

/** How long a session lives, in seconds. */
export interface SessionLife {
  /** However often it is used. */
  readonly longestSeconds: number;
  /** After its last use, which is a refresh. */
  readonly idleSeconds: number;
}

/** When a session that is used now ends, if it is not used again (ASVS 5.0, 7.3.1 and 7.3.2). */
export const endOfSession = (
  { createdAt, usedAt }: { readonly createdAt: Date; readonly usedAt: Date },
  { longestSeconds, idleSeconds }: SessionLife,
): Date =>
  new Date(Math.min(createdAt.getTime() + longestSeconds * 1000, usedAt.getTime() + idleSeconds * 1000));

/** One sign-in on one device. It ends by being revoked or at `expiresAt`, which each use puts off: see `endOfSession`. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** The challenge that it began with; null where somebody signed in without one. */
  readonly challengeId: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly userAgent: string;
  readonly ip: string;
  /** When its owner last typed in a code from the chat that an admin's rights begin with; null where they never did. */
  readonly provedAt: Date | null;
}

/** Access tokens of a revoked session may be accepted by clocks that differ: remember it a little longer. */
const FORGET_MARGIN_SECONDS = 60;

/** When the last access token of a session that ends now has ended as well. */
export const forgetAfter = (revokedAt: Date, accessTtlSeconds: number): Date =>
  new Date(revokedAt.getTime() + (accessTtlSeconds + FORGET_MARGIN_SECONDS) * 1000);
