import { byteOffset, EntityParseError, isSpace, readReference } from "./html-text.ts";

interface TagStart {
  source: string;
  tag: string;
  /** Byte offset of the tag, for messages. */
  tagOffset: number;
  /** Index right behind the tag's name. */
  at: number;
}

/** Reads `name=value` pairs up to the closing `>`; `end` is the index behind it. */
export function readAttributes(start: TagStart): { attributes: Map<string, string>; end: number } {
  const { source } = start;
  const attributes = new Map<string, string>();
  let at = start.at;
  while (source[at] !== ">") {
    at = skipSpaces(source, at);
    if (source[at] === ">") break;
    const name = readName(start, at);
    at = name.end;
    if (name.bare) {
      attributes.set(name.text, "");
      continue;
    }
    const value = readValue(start, at);
    if (!attributes.has(name.text)) attributes.set(name.text, value.text);
    at = value.end;
  }
  return { attributes, end: at + 1 };
}

function skipSpaces(source: string, from: number): number {
  let at = from;
  while (at < source.length && isSpace(source[at])) at++;
  return at;
}

function readName(start: TagStart, from: number): { text: string; end: number; bare: boolean } {
  const { source, tag, tagOffset } = start;
  let at = from;
  while (!isSpace(source[at]) && source[at] !== "=" && source[at] !== ">") at++;
  const text = source.slice(from, at).toLowerCase();
  if (text === "") {
    throw new EntityParseError(`Empty attribute name in the tag "${tag}" at byte offset ${tagOffset}`);
  }
  const isBare = tag === "blockquote" && text === "expandable" && source[skipSpaces(source, at)] !== "=";
  if (isBare) return { text, end: skipSpaces(source, at), bare: true };
  at = skipSpaces(source, at);
  if (source[at] !== "=") {
    throw new EntityParseError(
      `Expected equal sign in declaration of an attribute of the tag "${tag}" at byte offset ${tagOffset}`,
    );
  }
  at = skipSpaces(source, at + 1);
  if (at >= source.length) {
    throw new EntityParseError(`Unclosed start tag "${tag}" at byte offset ${tagOffset}`);
  }
  return { text, end: at, bare: false };
}

function readValue({ source, tagOffset }: TagStart, from: number): { text: string; end: number } {
  const quote = source[from];
  const value = quote === "'" || quote === '"' ? readQuoted(source, from) : readToken(source, from);
  if (value.end >= source.length)
    throw new EntityParseError(`Unclosed start tag at byte offset ${tagOffset}`);
  return value;
}

function readToken(source: string, from: number): { text: string; end: number } {
  let end = from;
  while (/^[A-Za-z0-9.-]$/.test(source[end] ?? "")) end++;
  if (!isSpace(source[end]) && source[end] !== ">") {
    throw new EntityParseError(`Unexpected end of name token at byte offset ${byteOffset(source, from)}`);
  }
  return { text: source.slice(from, end).toLowerCase(), end };
}

function readQuoted(source: string, from: number): { text: string; end: number } {
  const quote = source[from];
  let at = from + 1;
  let text = "";
  while (at < source.length && source[at] !== quote) {
    const reference = source[at] === "&" ? readReference(source, at) : undefined;
    text += reference?.character ?? source[at];
    at = reference?.end ?? at + 1;
  }
  return { text, end: at < source.length ? at + 1 : at };
}
