/** The languages that every text exists in. */
export const locales = ["en", "ar"] as const;
export type Locale = (typeof locales)[number];

/** The nearest language that we have for an IETF language tag (BCP 47), such as `ar-EG`; English where we have none. */
export const localeOf = (languageTag: string | null | undefined): Locale =>
  /^ar\b/i.test(languageTag ?? "") ? "ar" : "en";
