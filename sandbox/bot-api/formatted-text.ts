import { detectEntities, type FormattedText, sortEntities, trimFormatted } from "../formatting/entities.ts";
import { parseHtml } from "../formatting/html-parser.ts";
import { EntityParseError } from "../formatting/html-text.ts";
import { isRecord } from "../json.ts";
import { badRequest, notModelled, TEXTS } from "./errors.ts";
import { type CallParameters, jsonParameter, textParameter } from "./parameters.ts";
import type { MessageEntity } from "./types.ts";

/** Longest text of a message after entity parsing, in UTF-16 code units. */
export const MESSAGE_TEXT_LIMIT = 4_096;
/** Longest text before parsing, in UTF-8 bytes. */
const RAW_TEXT_LIMIT_BYTES = 32_768;

/** Reads `text`, `parse_mode` and `entities` of a call into the text that is stored. `tooLong` words that one refusal. */
export function readFormattedText(parameters: CallParameters, tooLong: string): FormattedText {
  const raw = textParameter(parameters, "text");
  if (raw === "") throw badRequest(TEXTS.emptyText);
  if (new TextEncoder().encode(raw).length > RAW_TEXT_LIMIT_BYTES) throw badRequest(TEXTS.textTooLong);
  const parsed = trimFormatted(parse(raw, parameters));
  if (parsed.text === "") throw badRequest(TEXTS.emptyText);
  if (parsed.text.length > MESSAGE_TEXT_LIMIT) throw badRequest(tooLong);
  return detectEntities(parsed);
}

function parse(raw: string, parameters: CallParameters): FormattedText {
  const mode = textParameter(parameters, "parse_mode").toLowerCase();
  switch (mode) {
    case "":
    case "none":
      return { text: raw, entities: readEntities(parameters, raw) };
    case "html":
      return parseHtmlOrRefuse(raw);
    case "markdown":
    case "markdownv2":
      throw notModelled(`parse_mode ${mode === "markdown" ? "Markdown" : "MarkdownV2"}; use HTML`);
    default:
      throw badRequest("unsupported parse_mode");
  }
}

function parseHtmlOrRefuse(raw: string): FormattedText {
  try {
    return parseHtml(raw);
  } catch (error) {
    if (error instanceof EntityParseError) throw badRequest(`can't parse entities: ${error.message}`);
    throw error;
  }
}

function readEntities(parameters: CallParameters, text: string): MessageEntity[] {
  const list = jsonParameter(parameters, "entities", "can't parse entities JSON object");
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
