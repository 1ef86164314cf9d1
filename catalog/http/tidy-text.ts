/**
 * Text as it is stored: without half surrogates, which JSON can say and PostgreSQL's jsonb refuses; composed, so that
 * equal words are equal; without blanks at its ends.
 */
export const tidyText = (text: string): string => text.toWellFormed().normalize("NFC").trim();
