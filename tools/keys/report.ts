import type { ScheduledKey } from "../../auth/domain/key-schedule.ts";

/** What was asked for, and how far it is. */
export type Rotation =
  | { readonly did: "looked" }
  | { readonly did: "rotated"; readonly isCarriedOut: boolean }
  | { readonly did: "revoked"; readonly kid: string; readonly isCarriedOut: boolean };

/** Auth notices within a second, the other services ask every three and wait three at most. */
export const REFUSED_WITHIN_SECONDS = 10;

const moment = (time: Date): string => `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;

const wordsOf = ({ standing, signsFrom, signsUntil, goesAt }: ScheduledKey): string => {
  switch (standing) {
    case "upcoming":
      return `is published, signs from ${moment(signsFrom)}`;
    case "signing":
      return signsUntil === null ? "signs" : `signs until ${moment(signsUntil)}`;
    case "leaving":
      return goesAt === null
        ? "signs no more; its tokens still count"
        : `signs no more; its last token ends by ${moment(goesAt)}`;
    case "gone":
      return "is over";
    case "revoked":
      return `was dropped${signsUntil === null ? "" : ` at ${moment(signsUntil)}`}`;
    default:
      return standing satisfies never;
  }
};

const LATER =
  "No auth has taken it up yet: one does within seconds of running. bun run keys:rotate --list shows it.";

const headOf = (rotation: Rotation): string[] => {
  switch (rotation.did) {
    case "looked":
      return [];
    case "rotated":
      return [rotation.isCarriedOut ? "Another key follows the one that signs." : LATER];
    case "revoked":
      return [
        `The key ${rotation.kid} was dropped: its tokens are refused within ${REFUSED_WITHIN_SECONDS} seconds, and who holds them signs in again.`,
        ...(rotation.isCarriedOut ? [] : [`There is no key that signs. ${LATER}`]),
      ];
    default:
      return rotation satisfies never;
  }
};

/** What `keys:rotate` tells people: keys that are over are left out. */
export const rotationText = (keys: readonly ScheduledKey[], rotation: Rotation, where: string): string => {
  const shown = keys.filter(({ standing }) => standing !== "gone");
  const lines = shown.map((key) => `  ${key.kid}  ${wordsOf(key)}`);
  const none = "There is no key yet: auth makes the first when it starts.";
  return [...headOf(rotation), ...(lines.length === 0 ? [none] : [`Keys in ${where}:`, ...lines])].join("\n");
};
