import { minorDigits } from "./money.ts";

const DECIMAL = /^(\d{1,15})(?:\.(\d{1,20}))?$/;
/** Signs that stand between thousands somewhere, or before decimals. */
const SEPARATORS = /^\d[\d.,'’\s]*\d$/;

/** An amount in minor units, or what is wrong with the text, as a rule for people. */
export type ReadAmount = { readonly amountMinor: number } | { readonly problem: string };

/**
 * Reads an amount as people write it in files: digits, and a point before the decimals, no more of them than the currency
 * has (ISO 4217). Nothing is guessed: `1,299` is a thousand to some and one to others.
 */
export const readDecimalAmount = (text: string, currency: string): ReadAmount => {
  const digits = minorDigits(currency);
  const [, whole, decimals = ""] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) {
    return {
      problem: SEPARATORS.test(text)
        ? "must have a point before the decimals and no signs between thousands: write 1299.50"
        : "must be an amount in digits, with a point before the decimals: write 12.99, without a sign or a currency",
    };
  }
  const kept = decimals.replace(/0+$/, "");
  if (kept.length > digits) return { problem: `has more decimals than ${currency} has: ${digits} at most` };
  const amountMinor = Number(whole + kept.padEnd(digits, "0"));
  return Number.isSafeInteger(amountMinor) ? { amountMinor } : { problem: "is too large" };
};

/** Writes an amount as `readDecimalAmount` reads it: `1299` EUR is `12.99`, 1299 JPY is `1299`. Not below zero. */
export const writeDecimalAmount = (amountMinor: number, currency: string): string => {
  const digits = minorDigits(currency);
  if (digits === 0) return String(amountMinor);
  const text = String(amountMinor).padStart(digits + 1, "0");
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};
