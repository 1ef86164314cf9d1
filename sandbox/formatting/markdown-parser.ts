import type { MessageEntity } from "../bot-api/types.ts";
import { type FormattedText, sortEntities } from "./entities.ts";
import { checkedUrl } from "./html-parser.ts";
import { byteOffset, EntityParseError, isSpace } from "./html-text.ts";
import { customEmojiOf, isEscaped, readAddress } from "./markdown-address.ts";
import { CODE_KINDS, ENDS, ENTITY_TYPES, entityAt, type Kind, RESERVED } from "./markdown-marks.ts";

// A port of TDLib's parse_markdown_v2 (td/telegram/MessageEntity.cpp), error texts included.

interface Open {
  kind: Kind;
  /** A language of code. */
  argument: string;
  textStart: number;
  sourceStart: number;
}

interface Parser {
  readonly source: string;
  at: number;
  text: string;
  readonly open: Open[];
  readonly entities: MessageEntity[];
  isInQuote: boolean;
  mayStartQuote: boolean;
}

/** Parses the MarkdownV2 mode (https://core.telegram.org/bots/api#markdownv2-style). Fails with EntityParseError. */
export function parseMarkdown(source: string): FormattedText {
  const parser: Parser = {
    source,
    at: 0,
    text: "",
    open: [],
    entities: [],
    isInQuote: false,
    mayStartQuote: true,
  };
  while (parser.at < source.length) step(parser);
  if (parser.isInQuote) closeLastQuote(parser);
  const unclosed = parser.open.at(-1);
  if (unclosed !== undefined) throw endMissing(parser, unclosed);
  return { text: parser.text, entities: sortEntities(parser.entities) };
}

function step(parser: Parser): void {
  const { source, open } = parser;
  const character = source[parser.at] ?? "";
  if (isEscaped(source, parser.at)) {
    const escaped = source[parser.at + 1] ?? "";
    parser.text += escaped;
    if (escaped !== "\r") parser.mayStartQuote = escaped === "\n";
    parser.at += 2;
    return;
  }
  const last = open.at(-1);
  const reserved = last !== undefined && CODE_KINDS.has(last.kind) ? "`" : RESERVED;
  if (!reserved.includes(character)) {
    parser.text += character;
    if (character !== "\r") parser.mayStartQuote = false;
    parser.at += 1;
    return;
  }
  if (last !== undefined && endsEntity(parser, last, character)) endEntity(parser, last, character);
  else beginEntity(parser, character);
}

function endsEntity({ source, at, isInQuote }: Parser, { kind }: Open, character: string): boolean {
  if (isInQuote && character === "\n" && source[at + 1] !== ">") return true;
  if (kind === "BlockQuote" || kind === "ExpandableBlockQuote") return false;
  if (kind === "Italic") return character === "_" && source[at + 1] !== "_";
  return source.startsWith(ENDS[kind], at);
}

function beginEntity(parser: Parser, character: string): void {
  const { source, at } = parser;
  if (character === "\n") {
    parser.text += "\n";
    parser.mayStartQuote = true;
    parser.at += 1;
    return;
  }
  if (character === ">" && parser.mayStartQuote && parser.isInQuote) {
    parser.at += 1;
    return;
  }
  if (character === "`" && source.startsWith("```", at)) {
    beginPre(parser);
    return;
  }
  const begun = entityAt(parser, character);
  if (begun === undefined) throw reservedCharacter(source[at] ?? "");
  if (begun.kind === "BlockQuote") parser.isInQuote = true;
  parser.open.push({ kind: begun.kind, argument: "", textStart: parser.text.length, sourceStart: at });
  parser.at += begun.length;
}

function beginPre(parser: Parser): void {
  const { source } = parser;
  const sourceStart = parser.at;
  let at = parser.at + 3;
  let end = at;
  while (!isSpace(source[end]) && source[end] !== "`") end++;
  const hasLanguage = end !== at && end < source.length && source[end] !== "`";
  const argument = hasLanguage ? source.slice(at, end) : "";
  if (hasLanguage) at = end;
  // One line break at the beginning is no part of the text.
  at += /^(\r\n|\n\r|\n|\r)?/.exec(source.slice(at, at + 2))?.[0].length ?? 0;
  parser.open.push({
    kind: hasLanguage ? "PreCode" : "Pre",
    argument,
    textStart: parser.text.length,
    sourceStart,
  });
  parser.at = at;
}

function endEntity(parser: Parser, last: Open, character: string): void {
  if (character === "\n") {
    endQuote(parser, last);
    return;
  }
  parser.open.pop();
  switch (last.kind) {
    case "TextUrl":
      endLink(parser, last);
      return;
    case "CustomEmoji":
      endCustomEmoji(parser, last);
      return;
    case "BlockQuote":
    case "ExpandableBlockQuote":
      return;
    case "Italic":
      parser.at += 1;
      break;
    default:
      parser.at += ENDS[last.kind].length;
  }
  add(parser, last.kind, last, last.argument === "" ? {} : { language: last.argument });
}

/** A line ends a quote; `||` right before it makes the quote expandable. */
function endQuote(parser: Parser, last: Open): void {
  let quote = last;
  let kind: Kind = last.kind;
  if (last.kind !== "BlockQuote") {
    const marked = parser.source.slice(last.sourceStart, parser.at).replace(/\r$/, "") === "||";
    const below = parser.open.at(-2);
    if (last.kind !== "Spoiler" || !marked) throw endMissing(parser, last);
    if (below?.kind !== "BlockQuote") throw endMissing(parser, below ?? last);
    parser.open.pop();
    quote = below;
    kind = "ExpandableBlockQuote";
  }
  parser.open.pop();
  parser.isInQuote = false;
  parser.text += "\n";
  parser.mayStartQuote = true;
  parser.at += 1;
  add(parser, kind, quote);
}

/** The text may end before a quote does. */
function closeLastQuote(parser: Parser): void {
  const last = parser.open.at(-1);
  const isMark = last?.kind === "Spoiler" && last.sourceStart === parser.source.length - 2;
  if (isMark) parser.open.pop();
  const quote = parser.open.at(-1);
  if (quote?.kind !== "BlockQuote") return;
  parser.open.pop();
  add(parser, isMark ? "ExpandableBlockQuote" : "BlockQuote", quote);
}

function endLink(parser: Parser, last: Open): void {
  parser.at += 1;
  const url = checkedUrl(takeAddress(parser) ?? parser.text.slice(last.textStart));
  // TDLib drops a link whose address is none, and keeps its text.
  if (url !== undefined) add(parser, "TextUrl", last, { url });
}

function endCustomEmoji(parser: Parser, last: Open): void {
  parser.at += 1;
  const address = takeAddress(parser);
  if (address === undefined)
    throw new EntityParseError("The entity must contain a tg://emoji or tg://time URL");
  add(parser, "CustomEmoji", last, { custom_emoji_id: customEmojiOf(address) });
}

/** The address that stands here in round brackets; undefined where there is none. */
function takeAddress(parser: Parser): string | undefined {
  if (parser.source[parser.at] !== "(") return undefined;
  const { address, end } = readAddress(parser.source, parser.at);
  parser.at = end;
  return address;
}

function add(parser: Parser, kind: Kind, { textStart }: Open, rest: Partial<MessageEntity> = {}): void {
  const length = parser.text.length - textStart;
  if (length > 0) parser.entities.push({ type: ENTITY_TYPES[kind], offset: textStart, length, ...rest });
}

const reservedCharacter = (character: string) =>
  new EntityParseError(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);

const endMissing = ({ source }: Parser, { kind, sourceStart }: Open) =>
  new EntityParseError(`Can't find end of ${kind} entity at byte offset ${byteOffset(source, sourceStart)}`);
