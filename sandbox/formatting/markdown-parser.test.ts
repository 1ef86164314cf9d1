import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { EntityParseError } from "./html-text.ts";
import { parseMarkdown } from "./markdown-parser.ts";

const RESERVED = /[_*[\]()~`>#+\-=|{}.!\\]/g;
const escapeMarkdown = (text: string) => text.replace(RESERVED, (character) => `\\${character}`);

describe("the MarkdownV2 parse mode", () => {
  test.each([
    [
      "*bold* and _italic_",
      "bold and italic",
      [
        ["bold", 0, 4],
        ["italic", 9, 6],
      ],
    ],
    [
      "__under__ ~strike~ ||spoiler||",
      "under strike spoiler",
      [
        ["underline", 0, 5],
        ["strikethrough", 6, 6],
        ["spoiler", 13, 7],
      ],
    ],
    [
      "*out _in_*",
      "out in",
      [
        ["bold", 0, 6],
        ["italic", 4, 2],
      ],
    ],
    ["👍 `42`", "👍 42", [["code", 3, 2]]],
    ["`a*b_c.`", "a*b_c.", [["code", 0, 6]]],
    ["```\ncode\n```", "code\n", [["pre", 0, 5]]],
    [">one\n>two\nafter", "one\ntwo\nafter", [["blockquote", 0, 8]]],
    ["**>more\n>and more||", "more\nand more", [["expandable_blockquote", 0, 13]]],
    ["1\\.5 \\- a", "1.5 - a", []],
    ["a\\\n>quote", "a\nquote", [["blockquote", 2, 5]]],
    ["**", "", []],
  ] as [string, string, [string, number, number][]][])("parses %s", (source, text, spans) => {
    const parsed = parseMarkdown(source);
    expect(parsed.text).toBe(text);
    expect(parsed.entities.map(({ type, offset, length }) => [type, offset, length])).toEqual(spans);
  });

  test("keeps addresses, languages and custom emoji", () => {
    expect(parseMarkdown("[x](https://example.org/a\\)b?c=1)").entities).toEqual([
      { type: "text_link", offset: 0, length: 1, url: "https://example.org/a)b?c=1" },
    ]);
    expect(parseMarkdown("```ts\nx```").entities).toEqual([
      { type: "pre", offset: 0, length: 1, language: "ts" },
    ]);
    expect(parseMarkdown("![👍](tg://emoji?id=5368324170671202286)").entities).toEqual([
      { type: "custom_emoji", offset: 0, length: 2, custom_emoji_id: "5368324170671202286" },
    ]);
  });

  test("gives escaped text back unchanged, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(parseMarkdown(escapeMarkdown(text))).toEqual({ text, entities: [] });
      }),
    );
  });

  test("counts offsets in UTF-16 code units around any text", () => {
    const line = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(line, line, (before, inside) => {
        const { text, entities } = parseMarkdown(`${escapeMarkdown(before)}*${escapeMarkdown(inside)}*`);
        expect(text).toBe(before + inside);
        expect(entities).toEqual([{ type: "bold", offset: before.length, length: inside.length }]);
      }),
    );
  });

  test("parses or refuses any text, and never fails in another way", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab\n_*[]()~`>|!.\\\r") }), (source) => {
        try {
          const { text, entities } = parseMarkdown(source);
          for (const { offset, length } of entities) expect(offset + length).toBeLessThanOrEqual(text.length);
        } catch (error) {
          expect(error).toBeInstanceOf(EntityParseError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
