import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseHtml } from "./html-parser.ts";
import { escapeHtml, writeHtml } from "./html-writer.ts";

describe("the HTML parse mode", () => {
  test.each([
    [
      "<b>bold</b> and <i>italic</i>",
      "bold and italic",
      [
        ["bold", 0, 4],
        ["italic", 9, 6],
      ],
    ],
    [
      "<strong>a</strong><em>b</em><ins>c</ins><del>d</del>",
      "abcd",
      [
        ["bold", 0, 1],
        ["italic", 1, 1],
        ["underline", 2, 1],
        ["strikethrough", 3, 1],
      ],
    ],
    [
      "<b>out<i>in</i></b>",
      "outin",
      [
        ["bold", 0, 5],
        ["italic", 3, 2],
      ],
    ],
    ["👍 <code>42</code>", "👍 42", [["code", 3, 2]]],
    [
      '<tg-spoiler>x</tg-spoiler><span class="tg-spoiler">y</span>',
      "xy",
      [
        ["spoiler", 0, 1],
        ["spoiler", 1, 1],
      ],
    ],
    ["<blockquote expandable>q</blockquote>", "q", [["expandable_blockquote", 0, 1]]],
    ["<b></b>nothing", "nothing", []],
    ["<B>upper</B>", "upper", [["bold", 0, 5]]],
    ["&lt;&gt;&amp;&quot;&#33;&#x1F600;&copy;", '<>&"!😀&copy;', []],
  ] as [string, string, [string, number, number][]][])("parses %s", (source, text, spans) => {
    const parsed = parseHtml(source);
    expect(parsed.text).toBe(text);
    expect(parsed.entities.map(({ type, offset, length }) => [type, offset, length])).toEqual(spans);
  });

  test("keeps addresses and languages", () => {
    expect(parseHtml('<a href="https://example.org/?a=1&amp;b=2">x</a>').entities).toEqual([
      { type: "text_link", offset: 0, length: 1, url: "https://example.org/?a=1&b=2" },
    ]);
    expect(parseHtml('<pre><code class="language-ts">x</code></pre>').entities).toEqual([
      { type: "pre", offset: 0, length: 1, language: "ts" },
    ]);
  });

  test("gives escaped text back unchanged, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(parseHtml(escapeHtml(text))).toEqual({ text, entities: [] });
      }),
    );
  });

  test("counts offsets in UTF-16 code units around any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme", minLength: 1 }),
        (before, inside) => {
          const { text, entities } = parseHtml(`${escapeHtml(before)}<b>${escapeHtml(inside)}</b>`);
          expect(text).toBe(before + inside);
          expect(entities).toEqual([{ type: "bold", offset: before.length, length: inside.length }]);
        },
      ),
    );
  });

  test("parses what the writer wrote into the same text and the same styled characters", () => {
    const entity = fc.record({
      type: fc.constantFrom("bold", "italic", "underline", "strikethrough"),
      offset: fc.nat(12),
      length: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(
        fc.string({ minLength: 20, maxLength: 20 }),
        fc.array(entity, { maxLength: 5 }),
        (text, entities) => {
          const parsed = parseHtml(writeHtml({ text, entities }));
          expect(parsed.text).toBe(text);
          expect(styles(parsed.entities, text.length)).toEqual(styles(entities, text.length));
        },
      ),
    );
  });
});

function styles(entities: readonly { type: string; offset: number; length: number }[], textLength: number) {
  return Array.from({ length: textLength }, (_, at) => {
    const covering = entities.filter(({ offset, length }) => offset <= at && at < offset + length);
    return [...new Set(covering.map(({ type }) => type))].sort();
  });
}
