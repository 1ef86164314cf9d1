import { byteOffset, EntityParseError } from "./html-text.ts";

/** Whether a backslash takes the meaning of the character behind it away. */
export const isEscaped = (source: string, at: number): boolean =>
  source[at] === "\\" && source[at + 1] !== undefined && source.charCodeAt(at + 1) <= 126;

/** The address in round brackets that begin at `from`, and where they end. Fails with EntityParseError without an end. */
export function readAddress(source: string, from: number): { address: string; end: number } {
  const begin = from + 1;
  let at = begin;
  let address = "";
  while (at < source.length && source[at] !== ")") {
    const isEscape = isEscaped(source, at);
    address += source[isEscape ? at + 1 : at] ?? "";
    at += isEscape ? 2 : 1;
  }
  if (source[at] !== ")")
    throw new EntityParseError(`Can't find end of a URL at byte offset ${byteOffset(source, begin)}`);
  return { address, end: at + 1 };
}

/** The number of a custom emoji in its address. Fails with EntityParseError on any other address. */
export function customEmojiOf(address: string): string {
  const id = /^tg:\/\/emoji\?id=([1-9]\d{0,18})$/i.exec(address)?.[1];
  if (id === undefined) throw new EntityParseError("Invalid tg://emoji or tg://time URL specified");
  return id;
}
