/** Markup that cannot be parsed; the text goes behind `can't parse entities: ` in the Bot API's answer. */
export class EntityParseError extends Error {
  override readonly name = "EntityParseError";
}

const NAMED_REFERENCES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
]);
const LAST_CODE_POINT = 0x10_ff_ff;
/** A numeric reference with more characters than this is taken literally (TDLib). */
const NUMERIC_REFERENCE_LIMIT = 9;

/** White space of the parser; the end of the text counts as such, as it does in TDLib. */
export function isSpace(character: string | undefined): boolean {
  return character === undefined || /^[ \t\r\n\v\0]$/.test(character);
}

export function byteOffset(source: string, index: number): number {
  return new TextEncoder().encode(source.slice(0, index)).length;
}

/** Decodes the character reference that starts at `at`; undefined when it is none and the `&` stands for itself. */
export function readReference(source: string, at: number): { character: string; end: number } | undefined {
  const window = source.slice(at, at + 16);
  const match = /^&(?:#x([0-9a-f]*)|#(\d*)|([a-z]*))/i.exec(window);
  if (match === null) return undefined;
  const [whole, hex, decimal, name] = match;
  const end = at + whole.length + (source[at + whole.length] === ";" ? 1 : 0);
  if (name !== undefined) {
    const character = NAMED_REFERENCES.get(name);
    return character === undefined ? undefined : { character, end };
  }
  const code = hex === undefined ? Number.parseInt(decimal ?? "", 10) : Number.parseInt(hex, 16);
  const isCharacter = code > 0 && code < LAST_CODE_POINT && whole.length <= NUMERIC_REFERENCE_LIMIT;
  return isCharacter ? { character: String.fromCodePoint(code), end } : undefined;
}
