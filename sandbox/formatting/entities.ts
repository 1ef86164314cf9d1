import type { MessageEntity } from "../bot-api/types.ts";

/** Text with its entities, sorted by offset; offsets count UTF-16 code units. */
export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/** Outer entities before inner ones. */
export function sortEntities(entities: readonly MessageEntity[]): MessageEntity[] {
  return [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

/** Cuts white space off both ends, as Telegram does with every text it stores, and moves the entities along. */
export function trimFormatted({ text, entities }: FormattedText): FormattedText {
  const start = text.length - text.trimStart().length;
  const trimmed = text.trim();
  const moved = entities.flatMap((entity) => {
    const offset = Math.max(0, entity.offset - start);
    const end = Math.min(trimmed.length, entity.offset + entity.length - start);
    return end > offset ? [{ ...entity, offset, length: end - offset }] : [];
  });
  return { text: trimmed, entities: moved };
}

const UNSEARCHED = new Set(["code", "pre", "text_link"]);
const DETECTED: readonly [type: string, pattern: RegExp][] = [
  ["bot_command", /(?<![\w/])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])/g],
  ["mention", /(?<![\p{L}\p{N}_])@[A-Za-z0-9_]{2,32}(?![\p{L}\p{N}_])/gu],
  ["url", /(?<![\w@])https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g],
];

/** Adds the entities Telegram finds by itself: bot commands, mentions and addresses outside code and links. */
export function detectEntities({ text, entities }: FormattedText): FormattedText {
  const closed = entities.filter((entity) => UNSEARCHED.has(entity.type));
  const found: MessageEntity[] = [];
  for (const [type, pattern] of DETECTED)
    for (const match of text.matchAll(pattern)) {
      const candidate = { type, offset: match.index, length: match[0].length };
      if (![...closed, ...found].some((entity) => overlaps(entity, candidate))) found.push(candidate);
    }
  return { text, entities: sortEntities([...entities, ...found]) };
}

function overlaps(a: MessageEntity, b: MessageEntity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}
