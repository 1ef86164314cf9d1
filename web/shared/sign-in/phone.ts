/** Arabic and Persian digits, as phones in these languages type them. */
const LATIN_OF = (digit: string): string => String((digit.charCodeAt(0) - 0x0660) % 0x90);

/** Eastern digits as Latin ones. */
export const latinDigits = (text: string): string => text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, LATIN_OF);

/** The number as the shop wants it (E.164), whatever stands between its digits; null where it is none. */
export const phoneOf = (text: string): string | null => {
  const digits = latinDigits(text)
    .replace(/[\s().\u2010-\u2015\u200e\u200f-]/g, "")
    .replace(/^00/, "+");
  const phone = digits.startsWith("+") ? digits : `+${digits}`;
  return /^\+[1-9]\d{6,14}$/.test(phone) ? phone : null;
};

/** The six digits of a code, as they are typed or pasted; null where there are not six. */
export const codeOf = (text: string): string | null => {
  const digits = latinDigits(text).replace(/[\s-]/g, "");
  return /^\d{6}$/.test(digits) ? digits : null;
};
