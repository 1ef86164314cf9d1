/** ITU-T E.164: 15 digits at most, none of them leading zeros; shorter than 7 is no subscriber's number. */
const E164 = /^\+[1-9][0-9]{6,14}$/;
/** What people write between the digits. */
const SEPARATORS = /[\s().\-/]/g;

/** A phone number in E.164 (`+491701234567`), or null where it is none. With and without `+` give the same. */
export const normalizePhone = (text: string): string | null => {
  const compact = text.replace(SEPARATORS, "");
  const phone = compact.startsWith("+") ? compact : `+${compact}`;
  return E164.test(phone) ? phone : null;
};
