/** Zeros of the digits that people of our languages write: Latin, Arabic, Persian. */
const ZEROS = ["0", "\u0660", "\u06f0"].map((zero) => zero.charCodeAt(0));

const latin = (character: string): string => {
  const code = character.charCodeAt(0);
  const zero = ZEROS.find((first) => code >= first && code < first + 10);
  return zero === undefined ? character : String(code - zero);
};

/** The text with digits of any of them as Latin ones; anything else as it is. */
export const latinDigits = (text: string): string => Array.from(text, latin).join("");
