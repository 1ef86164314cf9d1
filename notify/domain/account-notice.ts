// What people are told for the safety of their account.

/** A session was ended because an old refresh token of it was used again: it may have been stolen. */
export interface SessionStolenNotice {
  readonly template: "session-stolen";
  readonly sid: string;
  /** The device that had signed in, in words; null where that is not known. */
  readonly device: string | null;
}

/** A sign-in on a device that the account has not been used on of late. */
export interface NewDeviceNotice {
  readonly template: "new-device";
  readonly sid: string;
  /** The program and the system, in words; null where it is nobody's business any more. */
  readonly device: string | null;
  /** null where it is not known. */
  readonly place: string | null;
  /** When it was: RFC 3339. */
  readonly at: string;
  /** A name of the IANA database. */
  readonly timezone: string;
}

/** The phone of the account was proved by somebody else, who has it now. */
export interface PhoneReleasedNotice {
  readonly template: "phone-released";
  readonly userId: string;
}
