/** What Telegram says of a sign-in, field by field, as it was signed. */
export type TelegramFields = ReadonlyMap<string, string>;

/** Real init data have some 500 bytes; with a start parameter and a photo below 2,000. */
const INIT_DATA_MAX_BYTES = 4_096;
/** What Telegram's fields are called. No `=` among them: the line of a field must be readable in one way only. */
const FIELD_NAME = /^[a-z][a-z0-9_]{0,63}$/;
const AUTH_DATE = /^[1-9][0-9]{0,11}$/;

/** Text of a query string as it was before it was encoded; null where it is no such text. */
const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
};

/**
 * The fields, or null where a name is unknown to Telegram, comes twice, or a value has line breaks: fields are signed as lines,
 * and with a line break in it one field could pass for two.
 */
export const fieldsOf = (pairs: readonly (readonly [string, string])[]): TelegramFields | null => {
  const fields = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (!FIELD_NAME.test(name) || fields.has(name) || /[\n\r]/.test(value)) return null;
    fields.set(name, value);
  }
  return fields;
};

/** The fields of a Mini App's init data, which is a query string; null where it is none or is too long. */
export const parseInitData = (text: string): TelegramFields | null => {
  if (text.length > INIT_DATA_MAX_BYTES || !text.isWellFormed()) return null;
  if (new TextEncoder().encode(text).length > INIT_DATA_MAX_BYTES) return null;
  const pairs: [string, string][] = [];
  for (const part of text.split("&")) {
    const equals = part.indexOf("=");
    const name = equals < 0 ? null : decoded(part.slice(0, equals));
    const value = equals < 0 ? null : decoded(part.slice(equals + 1));
    if (name === null || value === null) return null;
    pairs.push([name, value]);
  }
  return fieldsOf(pairs);
};

/** The fields as Telegram signs them: `name=value` by rising name, a line each, without those named. */
export const checkString = (fields: TelegramFields, without: readonly string[]): string =>
  [...fields]
    .filter(([name]) => !without.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");

/** When Telegram made the data; null where it does not say. */
export const authDateOf = (fields: TelegramFields): Date | null => {
  const text = fields.get("auth_date") ?? "";
  return AUTH_DATE.test(text) ? new Date(Number(text) * 1_000) : null;
};

/** A clock of ours may be so far behind that of Telegram. */
export const FUTURE_MAX_SECONDS = 60;

export type Freshness = "fresh" | "stale" | "future";

export const freshnessOf = (authDate: Date, now: Date, maxAgeSeconds: number): Freshness => {
  const ageSeconds = (now.getTime() - authDate.getTime()) / 1_000;
  if (ageSeconds > maxAgeSeconds) return "stale";
  return ageSeconds < -FUTURE_MAX_SECONDS ? "future" : "fresh";
};
