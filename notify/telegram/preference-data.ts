import { locales } from "../domain/locale.ts";
import { categories, type PreferenceChange } from "../domain/preferences.ts";
import { usualQuietHours } from "../domain/quiet-hours.ts";

const ON = "1";
const OFF = "0";
/** The account's language. */
const OWN = "own";

/**
 * What a button of the settings says: `<category>.<0|1>`, `quiet.<0|1>` or `language.<locale|own>`. It says what to change to and not what
 * to turn over, so a tap that comes twice changes it once.
 */
export const preferenceId = (change: PreferenceChange): string => {
  switch (change.kind) {
    case "category":
      return `${change.category}.${change.on ? ON : OFF}`;
    case "quiet-hours":
      return `quiet.${change.quietHours === null ? OFF : ON}`;
    case "language":
      return `language.${change.language ?? OWN}`;
    default:
      return change satisfies never;
  }
};

/** Every change that a button can stand for, by what the button says. */
const changes: ReadonlyMap<string, PreferenceChange> = new Map(
  [
    ...categories.flatMap((category): PreferenceChange[] =>
      [true, false].map((on) => ({ kind: "category", category, on })),
    ),
    ...[usualQuietHours, null].map((quietHours): PreferenceChange => ({ kind: "quiet-hours", quietHours })),
    ...[...locales, null].map((language): PreferenceChange => ({ kind: "language", language })),
  ].map((change) => [preferenceId(change), change]),
);

/** Null for what no button of ours says. */
export const preferenceChangeOf = (id: string): PreferenceChange | null => changes.get(id) ?? null;
