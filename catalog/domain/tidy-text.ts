import type { AttributeValue } from "./product.ts";

/**
 * Text as it is stored: without half surrogates, which JSON can say and PostgreSQL's jsonb refuses; composed, so that
 * equal words are equal; without blanks at its ends.
 */
export const tidyText = (text: string): string => text.toWellFormed().normalize("NFC").trim();

/** The value of an attribute as it is stored: of zeros there is one, since jsonb has no other. */
export const tidyAttribute = (value: AttributeValue): AttributeValue => {
  if (typeof value === "string") return tidyText(value);
  return value === 0 ? 0 : value;
};
