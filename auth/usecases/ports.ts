import type { StepUpAction } from "../../shared/contracts/step-up.ts";
import type { RevokedSession } from "../../shared/contracts/tokens.ts";
import type { Challenge, Purpose } from "../domain/challenge.ts";
import type { RefreshState } from "../domain/refresh.ts";
import type { RevokeReason, Session } from "../domain/session.ts";
import type { User, UserRole, UserStatus } from "../domain/user.ts";
import type { ErasureLog } from "./erasure-ports.ts";
import type { ExternalIdentityStore } from "./oidc-ports.ts";
import type { PasswordStore } from "./password-ports.ts";

// ── what is stored ───────────────────────────────────────────────────────────────────────────────────────────

export interface UserFilter {
  /** The beginning of a phone number, or a part of a name. */
  readonly q?: string | undefined;
  readonly role?: UserRole | undefined;
  readonly status?: UserStatus | undefined;
}

/** Erased accounts are found by no method but `listAll`. */
export interface UserStore {
  find(id: string): Promise<User | null>;
  findByPhone(phone: string): Promise<User | null>;
  findByTelegramId(telegramUserId: number): Promise<User | null>;
  /** By username, or by e-mail address where the name has an @; both whatever their case. */
  findByLogin(name: string): Promise<User | null>;
  /** Locks the row until the end of the transaction. */
  lock(id: string): Promise<User | null>;
  /**
   * Lets one transaction at a time decide whose account and whose phone (null: only the account) these are, also where
   * there is no row yet.
   */
  lockIdentity(telegramUserId: number, phone: string | null): Promise<void>;
  /** Fails with `CONFLICT` where the username or the e-mail address is taken. */
  insert(user: User): Promise<void>;
  /** Writes everything but the id. Fails with `CONFLICT` where the username or the e-mail address is taken. */
  update(user: User): Promise<void>;
  /** Newest first, from below an id on. */
  list(filter: UserFilter, page: { below: string | null; limit: number }): Promise<User[]>;
  /** All of them by rising id, from above an id on: erased accounts too, for replicas. */
  listAll(page: { above: string | null; limit: number }): Promise<User[]>;
  /** Users with one of these phones who are no admins yet, locked. */
  lockNonAdminsByPhone(phones: readonly string[]): Promise<User[]>;
}

export interface NewChallenge {
  readonly id: string;
  readonly secretHash: string;
  readonly nonceHash: string;
  readonly purpose: Purpose;
  readonly phone: string | null;
  readonly digits: number;
  readonly expiresAt: Date;
  readonly askedFrom: string;
  readonly createdAt: Date;
  /** Where it is known from the beginning whose it is, as for a step-up: the code goes to nobody else. */
  readonly userId?: string;
  readonly openedBy?: number;
  readonly sessionId?: string;
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
   * Takes the next send number for this user and chat; null when the challenge is not open, has no sends left or
   * was opened by another Telegram account.
   */
  claimSend(input: { id: string; userId: string; chatId: number; now: Date }): Promise<Challenge | null>;
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

export interface SessionStore {
  insert(session: Session): Promise<void>;
  /** The session was used, from there. */
  touch(id: string, use: { readonly now: Date; readonly ip: string }): Promise<void>;
  /** Live sessions of a user, the last used first. */
  listLive(userId: string, now: Date): Promise<Session[]>;
  /** The session that a challenge led to, live or not. */
  findByChallenge(challengeId: string): Promise<Session | null>;
  /** When a session began, live or not; null for none of ours. */
  signedInAt(id: string): Promise<Date | null>;
  /** Owner of a live session; null otherwise. */
  liveOwner(id: string, now: Date): Promise<string | null>;
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

export const auditKinds = [
  "signed-in",
  "stepped-up",
  "password-refused",
  "password-set",
  "code-refused",
  "sign-in-refused",
  "challenge-denied",
  "contact-refused",
  "user-created",
  "phone-bound",
  "phone-released",
  "session-revoked",
  "token-reused",
  "role-changed",
  "status-changed",
  "user-deleted",
  "signing-key-added",
  "signing-key-revoked",
] as const;

/** A security event. Never holds a code, a token or a secret. */
export interface AuditEntry {
  readonly kind: (typeof auditKinds)[number];
  readonly at: Date;
  readonly userId?: string | null;
  readonly actorId?: string | null;
  readonly sessionId?: string | null;
  readonly challengeId?: string | null;
  readonly telegramUserId?: number | null;
  readonly ip?: string | null;
  readonly userAgent?: string | null;
  readonly detail?: string | null;
}

export interface AuditRecord extends AuditEntry {
  readonly id: string;
  readonly requestId: string | null;
}

export interface AuditFilter {
  readonly userId?: string | undefined;
  readonly kind?: AuditEntry["kind"] | undefined;
}

export interface AuditLog {
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** Newest first, from below an id on. */
  list(filter: AuditFilter, page: { below: string | null; limit: number }): Promise<AuditRecord[]>;
}

export type AuthEvent =
  | { readonly type: "user.created" | "user.updated"; readonly user: User; readonly at: Date }
  | { readonly type: "user.deleted"; readonly user: Pick<User, "id" | "version">; readonly at: Date }
  /** The person lets the bot write to them. */
  | {
      readonly type: "user.chat-opened";
      readonly user: Pick<User, "id" | "version">;
      readonly telegramUserId: number;
      readonly at: Date;
    }
  | {
      readonly type: "session.revoked";
      readonly sessionId: string;
      readonly userId: string;
      readonly reason: RevokeReason;
      /** Whose session it was, in words. */
      readonly device?: string | undefined;
      readonly at: Date;
    };

export interface EventLog {
  append(events: readonly AuthEvent[]): Promise<void>;
}

export interface Stores {
  readonly users: UserStore;
  readonly challenges: ChallengeStore;
  readonly sessions: SessionStore;
  readonly refreshTokens: RefreshTokenStore;
  readonly audit: AuditLog;
  readonly passwords: PasswordStore;
  readonly identities: ExternalIdentityStore;
}

export interface TransactionStores extends Stores {
  readonly events: EventLog;
  readonly erasures: ErasureLog;
}

/** Runs work in one transaction; it may be run again, so it has no effect elsewhere. */
export type Transact = <T>(work: (stores: TransactionStores) => Promise<T>) => Promise<T>;

// ── credentials ──────────────────────────────────────────────────────────────────────────────────────────────

/** Codes are derived, never stored. */
export interface Codes {
  codeOf(challenge: Pick<Challenge, "id" | "purpose" | "sendCount" | "digits">): string;
  /** Compares in constant time with the code of the last send; false when none was sent. */
  matches(challenge: Pick<Challenge, "id" | "purpose" | "sendCount" | "digits">, code: string): boolean;
}

/** Random values that a client holds, and the hashes that we keep of them. */
export interface Secrets {
  /** 256 random bits. */
  challengeSecret(): string;
  /** 128 random bits in 22 base64url characters. */
  linkNonce(): string;
  hash(secret: string): string;
}

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds that the access token lives. */
  readonly expiresIn: number;
}

export interface Tokens {
  readonly accessTtlSeconds: number;
  readonly refreshTtlSeconds: number;
  /** The first refresh token id of a session: random. */
  firstTokenId(): string;
  /** The id of the token that replaces another: always the same one, so that a lost answer can be given again. */
  successorOf(tokenId: string): string;
  hashOf(tokenId: string): string;
  sign(input: {
    session: Pick<Session, "id" | "userId" | "expiresAt">;
    role: UserRole;
    tokenId: string;
    now: Date;
  }): Promise<TokenPair>;
  /** An access token alone, with the proof that its holder has just given; null: for every action. */
  signProved(input: {
    session: Pick<Session, "id" | "userId">;
    role: UserRole;
    action: StepUpAction | null;
    now: Date;
  }): Promise<Omit<TokenPair, "refreshToken">>;
  /** The id within a refresh token of ours that has not ended, or null. */
  readRefreshToken(token: string, now: Date): Promise<string | null>;
}

// ── the world around ─────────────────────────────────────────────────────────────────────────────────────────

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

/** The notify service, as far as a sign-in needs it. */
export interface Bot {
  /** Link that opens the bot with this payload. Rejects with `UNAVAILABLE`. */
  deepLink(payload: string): Promise<string>;
  /** Has a code delivered at once; never repeated by itself. Rejects with `UNAVAILABLE` when the outcome is unknown. */
  deliverCode(input: {
    challengeId: string;
    chatId: number;
    code: string;
    expiresAt: Date;
    language: string;
    purpose: Purpose;
    askedFrom: string;
  }): Promise<"sent" | "unknown" | "unreachable">;
}

/** Tells everybody at once that sessions have ended. Never rejects: the events say it again, surely. */
export type AnnounceRevoked = (sessions: readonly RevokedSession[]) => Promise<void>;

/** Does work after the answer. Its failure is logged; it is waited for when the service stops. */
export type InBackground = (what: string, work: () => Promise<void>) => void;

/** Where a request came from. */
export interface Client {
  /** "unknown" where the gateway did not say. */
  readonly ip: string;
  readonly userAgent: string;
}
