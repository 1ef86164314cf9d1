import { isKioskError } from "../../shared/kernel/errors.ts";
import type { Texts } from "./texts/texts.ts";

/** What a refusal of the shop means for the person, and what to do next; null for what nobody expected. */
export const shortWordsOf = (error: unknown, { chat }: Texts): string | null => {
  if (!isKioskError(error)) return null;
  const words: Readonly<Partial<Record<string, string>>> = chat.failures;
  return words[error.code] ?? null;
};
