// Which devices an account has been used from, and the news of another.

/** A device as a request shows it. */
export interface SeenDevice {
  readonly userAgent: string;
  readonly ip: string;
}

export interface DeviceHistory {
  /**
   * Devices of the account's sessions, live or not, that were used after a moment; the last used of them where there are many. Without
   * those that its owner has disowned or that a stolen token was used in.
   */
  seenSince(userId: string, since: Date): Promise<readonly SeenDevice[]>;
  /** True for an account that has signed in before, however long ago. */
  hasSignedIn(userId: string): Promise<boolean>;
}

/** A session has begun on a device that the account is not known to use. */
export interface NewDeviceNews {
  readonly sessionId: string;
  readonly userId: string;
  /** The program and the system, in known words. */
  readonly device: string;
  /** null where it is not known. */
  readonly place: string | null;
  /** The person's time zone (IANA), for the clock time that they are told. */
  readonly timezone: string;
  readonly at: Date;
}
