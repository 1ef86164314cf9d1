import type { RevokeReason } from "../domain/session.ts";
import type { User, UserRole, UserStatus } from "../domain/user.ts";
import type { ChallengeStore, ClosedCode } from "./challenge-ports.ts";
import type { DeviceHistory, NewDeviceNews } from "./device-ports.ts";
import type { ErasureLog } from "./erasure-ports.ts";
import type { ExternalIdentityStore } from "./oidc-ports.ts";
import type { PasswordStore } from "./password-ports.ts";
import type { RefreshTokenStore, SessionStore } from "./session-ports.ts";

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

export const auditKinds = [
  "signed-in",
  "stepped-up",
  "password-refused",
  "password-set",
  "code-refused",
  "codes-closed",
  "sign-in-refused",
  "challenge-denied",
  "session-denied",
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
  /** Takes addresses and devices out of events before a moment; of so many at most. Answers of how many. */
  forgetPlaces(before: Date, limit: number): Promise<number>;
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
  /** Somebody else has proved the phone that this account had. */
  | {
      readonly type: "user.phone-released";
      readonly user: Pick<User, "id" | "version">;
      readonly at: Date;
    }
  | ({ readonly type: "session.new-device" } & NewDeviceNews)
  | ({ readonly type: "code.closed" } & ClosedCode)
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
  readonly devices: DeviceHistory;
}

export interface TransactionStores extends Stores {
  readonly events: EventLog;
  readonly erasures: ErasureLog;
}

/** Runs work in one transaction; it may be run again, so it has no effect elsewhere. */
export type Transact = <T>(work: (stores: TransactionStores) => Promise<T>) => Promise<T>;

// ── credentials ──────────────────────────────────────────────────────────────────────────────────────────────

/** Random values that a client holds, and the hashes that we keep of them. */
export interface Secrets {
  /** 256 random bits. */
  challengeSecret(): string;
  /** 128 random bits in 22 base64url characters. */
  linkNonce(): string;
  hash(secret: string): string;
}

// ── the world around ─────────────────────────────────────────────────────────────────────────────────────────

/** Does work after the answer. Its failure is logged; it is waited for when the service stops. */
export type InBackground = (what: string, work: () => Promise<void>) => void;

/** Where a request came from. */
export interface Client {
  /** "unknown" where the gateway did not say. */
  readonly ip: string;
  readonly userAgent: string;
}
