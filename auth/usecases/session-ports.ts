import type { StepUpAction } from "../../shared/contracts/step-up.ts";
import type { RevokedSession } from "../../shared/contracts/tokens.ts";
import type { RefreshState } from "../domain/refresh.ts";
import type { RevokeReason, Session, SessionLife } from "../domain/session.ts";
import type { User, UserRole } from "../domain/user.ts";

// Sessions, their tokens, and the news that they have ended.

export interface SessionStore {
  insert(session: Session): Promise<void>;
  /** The session was used, from there, and ends then. */
  touch(
    id: string,
    use: { readonly now: Date; readonly ip: string; readonly expiresAt: Date },
  ): Promise<void>;
  /** Live sessions of a user, the last used first. */
  listLive(userId: string, now: Date): Promise<Session[]>;
  /** Live or not. */
  find(id: string): Promise<Session | null>;
  /** Null where it has ended. */
  findLive(id: string, now: Date): Promise<Session | null>;
  /** The session that a challenge led to, live or not. */
  findByChallenge(challengeId: string): Promise<Session | null>;
  /** The owner has typed in a code that an admin's rights begin with. */
  prove(id: string, now: Date): Promise<void>;
  /** The owner has said that it is not theirs, live or not: its device is none that they are known by. False where that was said before. */
  disown(id: string, now: Date): Promise<boolean>;
  /** Revokes the live session of the user that is named, or all, or all but one; answers the ids that it revoked. */
  revoke(input: {
    userId: string;
    sessionId: string | null;
    exceptId?: string;
    reason: RevokeReason;
    now: Date;
  }): Promise<string[]>;
  /** Deletes sessions, with their refresh tokens, that ended before a moment; so many at most. Answers how many. */
  deleteEnded(before: Date, limit: number): Promise<number>;
  /** Sessions revoked after a moment. */
  revokedSince(since: Date): Promise<{ readonly id: string; readonly revokedAt: Date }[]>;
}

export interface RefreshTokenStore {
  insert(token: { hash: string; sessionId: string; parentHash: string | null; now: Date }): Promise<void>;
  /** Finds a token and locks its session, so that one request at a time decides about the family. */
  lockState(
    hash: string,
  ): Promise<(RefreshState & { readonly session: Session; readonly user: User }) | null>;
  markUsed(hash: string, now: Date): Promise<void>;
}

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds that the access token lives. */
  readonly expiresIn: number;
}

export interface Tokens {
  readonly accessTtlSeconds: number;
  readonly sessionLife: SessionLife;
  /** The first refresh token id of a session: random. */
  firstTokenId(): string;
  /** The id of the token that replaces another: always the same one, so that a lost answer can be given again. */
  successorOf(tokenId: string): string;
  hashOf(tokenId: string): string;
  sign(input: {
    session: Pick<Session, "id" | "userId" | "expiresAt" | "provedAt">;
    /** The account's; the token says what the session may do of it. */
    role: UserRole;
    tokenId: string;
    now: Date;
  }): Promise<TokenPair>;
  /** An access token alone, with the proof that its holder has just given; null: for every action. */
  signProved(input: {
    session: Pick<Session, "id" | "userId" | "provedAt">;
    role: UserRole;
    action: StepUpAction | null;
    now: Date;
  }): Promise<Omit<TokenPair, "refreshToken">>;
  /** An access token for one act, which belongs to no session that is stored. */
  signAct(input: { userId: string; sessionId: string; role: UserRole; now: Date }): Promise<string>;
  /** The id within a refresh token of ours that has not ended, or null. */
  readRefreshToken(token: string, now: Date): Promise<string | null>;
}

/** Tells everybody at once that sessions have ended. Never rejects: the events say it again, surely. */
export type AnnounceRevoked = (sessions: readonly RevokedSession[]) => Promise<void>;
