/** Passwords as they are stored: hashes, one an account at most. */
export interface PasswordStore {
  /** The hash of an account's password; null where it has none. */
  find(userId: string): Promise<string | null>;
  /** Sets or replaces it. */
  save(input: { userId: string; hash: string; now: Date }): Promise<void>;
  /** Replaces a hash by another of the same password; not where somebody else has changed it since. */
  strengthen(input: { userId: string; from: string; to: string }): Promise<void>;
  remove(userId: string): Promise<void>;
}

/** Slow on purpose. Both fail with `UNAVAILABLE` where too many wait already. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Null is nobody's hash: the same work, and never right. */
  verify(password: string, stored: string | null): Promise<boolean>;
  /** True for a hash with other parameters than those of now. */
  isOutdated(stored: string): boolean;
  /** Makes nobody's hash ready, so that the first one who is unknown waits no longer than others. */
  warmUp(): Promise<void>;
}
