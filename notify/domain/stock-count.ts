import { latinDigits } from "./latin-digits.ts";

/** Most units of one SKU, as inventory takes them. */
const UNITS_MAX = 1_000_000_000;

/** What somebody has typed as a count of units: a whole number from 0 to a thousand million. Null for anything else. */
export const readUnits = (text: string): number | null => {
  const digits = latinDigits(text.trim());
  if (!/^[0-9]{1,10}$/.test(digits)) return null;
  const units = Number(digits);
  return units <= UNITS_MAX ? units : null;
};
