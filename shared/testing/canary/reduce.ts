import { type Shape, shapes } from "./kinds.ts";

/** Shorter ones are no secret of ours: 16 characters of base64url are 96 bits. */
export const RUN_MIN = 16;
const RUN = new RegExp(`[A-Za-z0-9_-]{${RUN_MIN},}`, "g");
const UUID = /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi;
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?/g;
/** A word of its own, and no part of a longer number, of a decimal, of a time or of an order's number (`K-000041`). */
const CODE = /(?<![\w]|\d[.:,-]|\bK-)(?:\d{8}|\d{6})(?![\w]|[.:,-]\d)/g;
const PHONE = /(?<![\w.])\+?\d{8,15}(?!\w)/g;
/** Made by a machine: digits in it, or capitals behind small letters. */
const MACHINE_MADE = /\d|[a-z][A-Z]/;
const TEMPLATE_RUN = /[A-Za-z0-9_-]{20,}/g;
const PLACE_MAX = 160;
const ESCAPED = /%[0-9a-f]{2}/i;
const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
const NAMES_OF_NUMBERS = /code|otp|pin/i;

/** What is left of a text once everything is out of it that cannot be a secret. */
export interface Reduced {
  /** The text with a sign for everything that a machine made or counted, so that equal lines are one. */
  readonly template: string;
  readonly runs: readonly string[];
  readonly codes: readonly string[];
  readonly phones: readonly string[];
}

/** The sentence in a text, by which equal lines are one. */
export const templateOf = (text: string): string =>
  text
    .replace(UUID, "~")
    .replace(TIME, "~")
    .replace(TEMPLATE_RUN, (run) => (MACHINE_MADE.test(run) ? "$" : run))
    .replace(/\d+/g, "#");

/** Where something was seen, as it may be told: no value of it. */
export const placeOf = (text: string): string => templateOf(text).replace(/\s+/g, " ").slice(0, PLACE_MAX);

export const runsOf = (text: string): string[] => text.match(RUN) ?? [];

/** Which looks of a secret a text has. */
export const shapesIn = (text: string): Shape[] =>
  (Object.keys(shapes) as Shape[]).filter((shape) => shapes[shape].test(text));

/** What of a text could be a secret. */
export const reduce = (text: string): Reduced => {
  const bare = text.replace(UUID, "~").replace(TIME, "~");
  return {
    template: templateOf(bare),
    runs: runsOf(bare),
    codes: bare.match(CODE) ?? [],
    phones: bare.match(PHONE) ?? [],
  };
};

const parsed = (text: string): unknown => {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** All that is text in a value: members, their names, and numbers that bear the name of a code. */
const stringsIn = function* (value: unknown, name = ""): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") {
    if (NAMES_OF_NUMBERS.test(name)) yield String(value);
  } else if (Array.isArray(value)) for (const item of value) yield* stringsIn(item, name);
  else if (typeof value === "object" && value !== null)
    for (const [key, member] of Object.entries(value)) {
      yield key;
      yield* stringsIn(member, key);
    }
};

/** What an address says, where the text has one in it. */
const decoded = (text: string): string[] => {
  if (!ESCAPED.test(text)) return [];
  return [text.replace(ESCAPES, (escapes) => Buffer.from(escapes.replaceAll("%", ""), "hex").toString())];
};

/** Shorter texts hold no secret. */
const TEXT_MIN = 6;

/** What names the place of a line of JSON: its message, or the code of a refusal. */
const sentenceOf = (value: unknown): string | undefined => {
  const { msg, code, type } = value as Readonly<Record<string, unknown>>;
  return [msg, code, type].find((member): member is string => typeof member === "string");
};

/** The texts in a text: of JSON its strings, since its numbers are times and counts; else the text itself. */
export const takeApart = (text: string): { readonly sentence: string; readonly texts: readonly string[] } => {
  const value = parsed(text);
  if (typeof value === "string") return { sentence: text, texts: [text, ...decoded(text)] };
  const whole = [...stringsIn(value)].filter(({ length }) => length >= TEXT_MIN);
  const texts = whole.flatMap((one) => [one, ...decoded(one)]);
  return { sentence: sentenceOf(value) ?? texts.slice(0, 4).join(" "), texts };
};
