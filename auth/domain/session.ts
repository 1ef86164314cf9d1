export type RevokeReason = "logout" | "logout-all" | "reuse" | "admin" | "blocked" | "rebound" | "deleted";

/** One sign-in on one device. It ends by being revoked or at `expiresAt`, however often it is refreshed. */
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
}

/** Access tokens of a revoked session may be accepted by clocks that differ: remember it a little longer. */
const FORGET_MARGIN_SECONDS = 60;

/** When the last access token of a session that ends now has ended as well. */
export const forgetAfter = (revokedAt: Date, accessTtlSeconds: number): Date =>
  new Date(revokedAt.getTime() + (accessTtlSeconds + FORGET_MARGIN_SECONDS) * 1000);
