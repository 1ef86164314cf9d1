import { detectEntities, type FormattedText, sortEntities, trimFormatted } from "../formatting/entities.ts";
import { parseHtml } from "../formatting/html-parser.ts";
import { EntityParseError } from "../formatting/html-text.ts";
import { parseMarkdown } from "../formatting/markdown-parser.ts";
import { isRecord } from "../json.ts";
import { badRequest, notModelled, TEXTS } from "./errors.ts";
import { type CallParameters, jsonParameter, textParameter } from "./parameters.ts";
import type { MessageEntity } from "./types.ts";

/** Longest text of a message after entity parsing, in UTF-16 code units. */
export const MESSAGE_TEXT_LIMIT = 4_096;
/** Longest caption after entity parsing. */
const CAPTION_LIMIT = 1_024;
/** Longest text before parsing, in UTF-8 bytes. */
const RAW_TEXT_LIMIT_BYTES = 32_768;

/** Reads `text`, `parse_mode` and `entities` of a call into the text that is stored. `tooLong` words that one refusal. */
export function readFormattedText(parameters: CallParameters, tooLong: string): FormattedText {
  const raw = textParameter(parameters, "text");
  if (raw === "") throw badRequest(TEXTS.emptyText);
  const parsed = readMarkup(raw, parameters, "entities");
  if (parsed.text === "") throw badRequest(TEXTS.emptyText);
  if (parsed.text.length > MESSAGE_TEXT_LIMIT) throw badRequest(tooLong);
  return detectEntities(parsed);
}

/** Reads `caption`, `parse_mode` and `caption_entities`; a caption may be empty. */
export function readCaption(parameters: CallParameters): FormattedText {
  const parsed = readMarkup(textParameter(parameters, "caption"), parameters, "caption_entities");
  if (parsed.text.length > CAPTION_LIMIT) throw badRequest(TEXTS.captionTooLong);
  return detectEntities(parsed);
}

function readMarkup(raw: string, parameters: CallParameters, entities: string): FormattedText {
  if (new TextEncoder().encode(raw).length > RAW_TEXT_LIMIT_BYTES) throw badRequest(TEXTS.textTooLong);
  return trimFormatted(parse(raw, parameters, entities));
}

function parse(raw: string, parameters: CallParameters, entities: string): FormattedText {
  const mode = textParameter(parameters, "parse_mode").toLowerCase();
  switch (mode) {
    case "":
    case "none":
      return { text: raw, entities: readEntities(parameters, entities, raw) };
    case "html":
      return parseOrRefuse(parseHtml, raw);
    case "markdownv2":
      return parseOrRefuse(parseMarkdown, raw);
    case "markdown":
      throw notModelled("parse_mode Markdown, which is out of date; use HTML or MarkdownV2");
    default:
      throw badRequest("unsupported parse_mode");
  }
}

function parseOrRefuse(parseText: (raw: string) => FormattedText, raw: string): FormattedText {
  try {
    return parseText(raw);
  } catch (error) {
    if (error instanceof EntityParseError) throw badRequest(`can't parse entities: ${error.message}`);
    throw error;
  }
}

function readEntities(parameters: CallParameters, name: string, text: string): MessageEntity[] {
  const list = jsonParameter(parameters, name, "can't parse entities JSON object");
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw badRequest("can't parse entities JSON object");
  return sortEntities(list.map((item) => readEntity(item, text)));
}

function readEntity(item: unknown, text: string): MessageEntity {
  if (!isRecord(item)) throw badRequest("can't parse MessageEntity: expected an Object");
  const { type, offset, length, url, language, custom_emoji_id } = item;
  if (typeof type !== "string" || typeof offset !== "number" || typeof length !== "number") {
    throw badRequest("can't parse MessageEntity: type, offset and length are needed");
  }
  if (offset < 0 || length <= 0 || offset + length > text.length) {
    throw badRequest("can't parse entities: an entity lies outside of the text");
  }
  return {
    type,
    offset,
    length,
    ...(typeof url === "string" ? { url } : {}),
    ...(typeof language === "string" ? { language } : {}),
    ...(typeof custom_emoji_id === "string" ? { custom_emoji_id } : {}),
  };
}
