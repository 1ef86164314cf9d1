import type { MessageEntity } from "../bot-api/types.ts";
import { type FormattedText, sortEntities } from "./entities.ts";
import { readAttributes } from "./html-attributes.ts";
import { byteOffset, EntityParseError, isSpace, readReference } from "./html-text.ts";

/** Tags of https://core.telegram.org/bots/api#html-style and the entity each one makes. */
const ENTITY_OF_TAG: ReadonlyMap<string, string> = new Map([
  ["b", "bold"],
  ["strong", "bold"],
  ["i", "italic"],
  ["em", "italic"],
  ["u", "underline"],
  ["ins", "underline"],
  ["s", "strikethrough"],
  ["strike", "strikethrough"],
  ["del", "strikethrough"],
  ["tg-spoiler", "spoiler"],
  ["span", "spoiler"],
  ["code", "code"],
  ["pre", "pre"],
  ["a", "text_link"],
  ["blockquote", "blockquote"],
  ["tg-emoji", "custom_emoji"],
]);

interface OpenTag {
  name: string;
  argument: string;
  textStart: number;
}

interface Parser {
  source: string;
  text: string;
  open: OpenTag[];
  entities: MessageEntity[];
}

/**
 * Parses the HTML parse mode into text and entities with UTF-16 offsets. Fails with an `EntityParseError` whose text is
 * the one TDLib gives (td/telegram/MessageEntity.cpp); positions in it count UTF-8 bytes.
 */
export function parseHtml(source: string): FormattedText {
  const parser: Parser = { source, text: "", open: [], entities: [] };
  let at = 0;
  while (at < source.length) at = step(parser, at);
  const unclosed = parser.open.at(-1);
  if (unclosed !== undefined) {
    throw new EntityParseError(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  }
  if (!parser.text.isWellFormed()) {
    throw new EntityParseError(
      "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
    );
  }
  return { text: parser.text, entities: sortEntities(parser.entities) };
}

function step(parser: Parser, at: number): number {
  const { source } = parser;
  if (source[at] === "<") return source[at + 1] === "/" ? readEndTag(parser, at) : readStartTag(parser, at);
  const reference = source[at] === "&" ? readReference(source, at) : undefined;
  parser.text += reference?.character ?? source[at];
  return reference?.end ?? at + 1;
}

function readStartTag(parser: Parser, begin: number): number {
  const { source } = parser;
  const offset = byteOffset(source, begin);
  const nameEnd = endOfName(source, begin + 1);
  if (nameEnd >= source.length) throw new EntityParseError(`Unclosed start tag at byte offset ${offset}`);
  const name = source.slice(begin + 1, nameEnd).toLowerCase();
  if (!ENTITY_OF_TAG.has(name)) {
    throw new EntityParseError(`Unsupported start tag "${name}" at byte offset ${offset}`);
  }
  const { attributes, end } = readAttributes({ source, tag: name, tagOffset: offset, at: nameEnd });
  const argument = argumentOf(name, attributes);
  if (name === "span" && argument !== "spoiler") {
    throw new EntityParseError(`Tag "span" must have class "tg-spoiler" at byte offset ${offset}`);
  }
  parser.open.push({ name, argument, textStart: parser.text.length });
  return end;
}

function readEndTag(parser: Parser, begin: number): number {
  const { source } = parser;
  const offset = byteOffset(source, begin);
  const open = parser.open.at(-1);
  if (open === undefined) throw new EntityParseError(`Unexpected end tag at byte offset ${offset}`);
  const nameEnd = endOfName(source, begin + 2);
  const name = source.slice(begin + 2, nameEnd).toLowerCase();
  let end = nameEnd;
  while (end < source.length && isSpace(source[end])) end++;
  if (source[end] !== ">") throw new EntityParseError(`Unclosed end tag at byte offset ${offset}`);
  if (name !== "" && name !== open.name) {
    throw new EntityParseError(
      `Unmatched end tag at byte offset ${offset}, expected "</${open.name}>", found "</${name}>"`,
    );
  }
  parser.open.pop();
  if (parser.text.length > open.textStart) closeEntity(parser, open);
  return end + 1;
}

function endOfName(source: string, from: number): number {
  let at = from;
  while (!isSpace(source[at]) && source[at] !== ">") at++;
  return at;
}

function argumentOf(tag: string, attributes: ReadonlyMap<string, string>): string {
  const className = attributes.get("class") ?? "";
  switch (tag) {
    case "a":
      return attributes.get("href") ?? "";
    case "code":
      return className.startsWith("language-") ? className.slice("language-".length) : "";
    case "span":
      return className.startsWith("tg-") ? className.slice("tg-".length) : "";
    case "tg-emoji":
      return attributes.get("emoji-id") ?? "";
    case "blockquote":
      return attributes.has("expandable") ? "expandable" : "";
    default:
      return "";
  }
}

function closeEntity(parser: Parser, open: OpenTag): void {
  const position = { offset: open.textStart, length: parser.text.length - open.textStart };
  const type = ENTITY_OF_TAG.get(open.name) ?? open.name;
  switch (type) {
    case "text_link":
      closeLink(parser, open, position);
      return;
    case "custom_emoji":
      closeCustomEmoji(parser, open, position);
      return;
    case "blockquote":
      parser.entities.push({ type: open.argument === "" ? type : "expandable_blockquote", ...position });
      return;
    case "pre":
    case "code":
      closeCode(parser, open, { type, ...position });
      return;
    default:
      parser.entities.push({ type, ...position });
  }
}

type Position = Pick<MessageEntity, "offset" | "length">;

function closeLink(parser: Parser, open: OpenTag, position: Position): void {
  const target = open.argument === "" ? parser.text.slice(position.offset) : open.argument;
  const url = checkedUrl(target);
  // TDLib drops a link whose address is none, and keeps its text.
  if (url !== undefined) parser.entities.push({ type: "text_link", ...position, url });
}

/** The address as it is kept; undefined for a text that is none. */
export function checkedUrl(target: string): string | undefined {
  const hasScheme = /^(https?|tg|ton):\/\//i.test(target);
  if (!hasScheme && !/^[^\s/]+\.[^\s/]+/.test(target)) return undefined;
  const address = hasScheme ? target : `http://${target}`;
  return URL.canParse(address) ? new URL(address).href : undefined;
}

function closeCustomEmoji(parser: Parser, open: OpenTag, position: Position): void {
  if (!/^[1-9]\d{0,18}$/.test(open.argument)) {
    throw new EntityParseError("Invalid custom emoji identifier specified");
  }
  parser.entities.push({ type: "custom_emoji", ...position, custom_emoji_id: open.argument });
}

/** `<pre><code class="language-x">` is one entity `pre` with a language, in either order of nesting. */
function closeCode(parser: Parser, open: OpenTag, entity: MessageEntity): void {
  const last = parser.entities.at(-1);
  const sameSpan = last !== undefined && last.offset === entity.offset && last.length === entity.length;
  if (sameSpan && entity.type === "pre" && last.type === "code" && last.language !== undefined) {
    last.type = "pre";
    return;
  }
  if (sameSpan && entity.type === "code" && last.type === "pre" && open.argument !== "") {
    last.language = open.argument;
    return;
  }
  parser.entities.push(open.argument === "" ? entity : { ...entity, language: open.argument });
}
