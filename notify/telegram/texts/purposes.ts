import type { StepUpAction } from "../../../shared/contracts/step-up.ts";

/** What a code is for, as auth names it. A language that lacks one does not compile. */
type Purpose = "login" | "step-up" | `step-up:${StepUpAction}`;
export type PurposeWords = Readonly<Record<Purpose | "other", string>>;

/** The words for a purpose; those of `other` where auth knows one that is not known here. */
export const purposeIn = (words: PurposeWords, purpose: string): string =>
  Object.hasOwn(words, purpose) ? words[purpose as keyof PurposeWords] : words.other;
