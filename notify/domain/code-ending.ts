/** Why a code is of no use any more. `guessed`: too many wrong ones were typed in its place. */
export const codeEndings = ["used", "denied", "guessed", "expired"] as const;

/** What the message of a code says once the code is of no use. */
export type CodeEnding =
  | {
      readonly reason: "used";
      /** The session that it began, or that it confirmed. */
      readonly sid: string;
      /** As the code's request named it: "login", "step-up:…". */
      readonly purpose: string;
      /** The program and the system, in words. */
      readonly device: string;
      /** null where it is not known. */
      readonly place: string | null;
      /** When: RFC 3339. */
      readonly at: string;
      /** The person's zone, a name of the IANA database. */
      readonly timezone: string;
    }
  | { readonly reason: Exclude<(typeof codeEndings)[number], "used"> };
