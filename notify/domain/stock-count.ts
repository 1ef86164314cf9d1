/** Most units of one SKU, as inventory takes them. */
const UNITS_MAX = 1_000_000_000;

/** Zeros of the digits that people of our languages write: Latin, Arabic, Persian. */
const ZEROS = ["0", "\u0660", "\u06f0"].map((zero) => zero.charCodeAt(0));

/** A digit of any of them as a Latin one; anything else as it is. */
const latin = (character: string): string => {
  const code = character.charCodeAt(0);
  const zero = ZEROS.find((first) => code >= first && code < first + 10);
  return zero === undefined ? character : String(code - zero);
};

/** What somebody has typed as a count of units: a whole number from 0 to a thousand million. Null for anything else. */
export const readUnits = (text: string): number | null => {
  const digits = Array.from(text.trim(), latin).join("");
  if (!/^[0-9]{1,10}$/.test(digits)) return null;
  const units = Number(digits);
  return units <= UNITS_MAX ? units : null;
};
