import type { Locale } from "../domain/locale.ts";
import type { Preferences } from "../domain/preferences.ts";
import { preference } from "./schema.ts";

/** What the table has of a person; all null where there is no row. */
export interface PreferenceColumns {
  readonly choices: Preferences["choices"] | null;
  readonly quietFrom: string | null;
  readonly quietTo: string | null;
  readonly language: Locale | null;
  readonly channels: Preferences["channels"] | null;
}

export const preferenceColumns = {
  choices: preference.choices,
  quietFrom: preference.quietFrom,
  quietTo: preference.quietTo,
  language: preference.language,
  channels: preference.channels,
};

export const preferencesOf = ({
  choices,
  quietFrom,
  quietTo,
  language,
  channels,
}: PreferenceColumns): Preferences => ({
  choices: choices ?? {},
  quietHours: quietFrom === null || quietTo === null ? null : { from: quietFrom, to: quietTo },
  language,
  channels: channels ?? {},
});
