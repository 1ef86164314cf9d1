import type { MessageEntity } from "../bot-api/types.ts";
import { type FormattedText, sortEntities } from "./entities.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Escapes text so that the HTML parse mode gives it back unchanged. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

const SIMPLE_TAGS: Readonly<Record<string, string>> = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  spoiler: "tg-spoiler",
  code: "code",
  blockquote: "blockquote",
};

/** Writes text and entities as HTML of the Bot API's parse mode; entities that overlap are split where they cross. */
export function writeHtml({ text, entities }: FormattedText): string {
  const sorted = sortEntities(entities).filter((entity) => tagsOf(entity) !== undefined);
  const borders = new Set([0, text.length]);
  for (const entity of sorted) borders.add(entity.offset).add(entity.offset + entity.length);
  let html = "";
  let open: MessageEntity[] = [];
  const ordered = [...borders].filter((border) => border <= text.length).sort((a, b) => a - b);
  for (const [index, border] of ordered.entries()) {
    const wanted = sorted.filter(
      (entity) => entity.offset <= border && entity.offset + entity.length > border,
    );
    const kept = commonPrefix(open, wanted);
    html += open
      .slice(kept)
      .reverse()
      .map((entity) => tagsOf(entity)?.close ?? "")
      .join("");
    html += wanted
      .slice(kept)
      .map((entity) => tagsOf(entity)?.open ?? "")
      .join("");
    open = wanted;
    html += escapeHtml(text.slice(border, ordered[index + 1] ?? text.length));
  }
  return html;
}

function commonPrefix(a: readonly MessageEntity[], b: readonly MessageEntity[]): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function tagsOf(entity: MessageEntity): { open: string; close: string } | undefined {
  switch (entity.type) {
    case "text_link":
      return { open: `<a href="${escapeHtml(entity.url ?? "")}">`, close: "</a>" };
    case "pre":
      return entity.language === undefined
        ? { open: "<pre>", close: "</pre>" }
        : { open: `<pre><code class="language-${escapeHtml(entity.language)}">`, close: "</code></pre>" };
    case "expandable_blockquote":
      return { open: "<blockquote expandable>", close: "</blockquote>" };
    case "custom_emoji":
      return {
        open: `<tg-emoji emoji-id="${escapeHtml(entity.custom_emoji_id ?? "")}">`,
        close: "</tg-emoji>",
      };
    default: {
      const tag = SIMPLE_TAGS[entity.type];
      return tag === undefined ? undefined : { open: `<${tag}>`, close: `</${tag}>` };
    }
  }
}
