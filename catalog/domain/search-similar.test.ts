import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readSearch } from "./search-query.ts";
import { loosened, mistakesBetween, SIMILAR_WORDS_MAX, similarWords } from "./search-similar.ts";

const word = fc.string({ unit: fc.constantFrom(..."abcdß日"), maxLength: 7 });

describe("mistakes between two words", () => {
  test.each([
    ["lanterm", "lantern", 1],
    ["lantrn", "lantern", 1],
    ["lantern", "lanternn", 1],
    ["tae", "tea", 1],
    ["dinasour", "dinosaur", 2],
    ["", "tea", 3],
  ])("%s and %s have %d", (one, other, mistakes) => expect(mistakesBetween(one, other, 3)).toBe(mistakes));

  test("are none only between equal words, and the same in both directions", () => {
    fc.assert(
      fc.property(word, word, (one, other) => {
        const mistakes = mistakesBetween(one, other, 9);
        expect(mistakes === 0).toBe(one === other);
        expect(mistakesBetween(other, one, 9)).toBe(mistakes);
      }),
    );
  });

  test("that are left as soon as they are too many are those that were counted to the end", () => {
    fc.assert(
      fc.property(word, word, fc.nat(3), (one, other, max) => {
        const all = mistakesBetween(one, other, 99);
        expect(mistakesBetween(one, other, max)).toBe(Math.min(all, max + 1));
      }),
    );
  });

  test("are at most as many as were made", () => {
    const edit = fc.record({ at: fc.nat(6), letter: fc.constantFrom("", "x", "yz") });
    fc.assert(
      fc.property(word, fc.array(edit, { maxLength: 2 }), (written, edits) => {
        const letters = [...written];
        for (const { at, letter } of edits) letters.splice(at, letter === "" ? 1 : 0, ...letter);
        const wrong = letters.join("");
        const made = edits.reduce((sum, { letter }) => sum + Math.max(1, letter.length), 0);
        expect(mistakesBetween(written, wrong, 9)).toBeLessThanOrEqual(made);
      }),
    );
  });
});

describe("words that may be meant", () => {
  test("are the nearest ones, and those one mistake farther", () => {
    expect(similarWords("lanterm", ["plate", "lanterns", "lantern", "lantana"])).toEqual([
      "lantern",
      "lanterns",
    ]);
    expect(similarWords("mug", ["jug", "mugs", "mouse", "bag"])).toEqual(["jug", "mugs"]);
  });

  test("may hold what was written, or have only been begun", () => {
    expect(similarWords("lampe", ["tischlampe", "palme"])).toEqual(["tischlampe"]);
    expect(similarWords("thermomtr", ["thermometer"])).toEqual(["thermometer"]);
    expect(similarWords("termome", ["thermometers"])).toEqual(["thermometers"]);
  });

  test("are none for a word of two letters, nor for nonsense, and never more than there may be", () => {
    expect(similarWords("xy", ["xyz", "xx"])).toEqual([]);
    expect(similarWords("xyzzyplugh", ["lantern", "xylophone"])).toEqual([]);
    const many = Array.from({ length: 100 }, (_, nth) => `word${String.fromCharCode(97 + (nth % 26))}${nth}`);
    expect(similarWords("word", many).length).toBeLessThanOrEqual(SIMILAR_WORDS_MAX);
  });
});

describe("a search that is made more loosely", () => {
  const loosen = (text: string, alike: Record<string, string[]> = {}) =>
    loosened(readSearch(text), new Map(Object.entries(alike))).words.map(({ alternatives }) =>
      alternatives.map((terms) => terms.map(({ text: one, prefix }) => (prefix ? `${one}*` : one)).join("+")),
    );

  test("looks for two words that were written as one, and for one that was written as two", () => {
    expect(loosen("lunchbox")[0]).toContain("lunch+box*");
    expect(loosen("door mat").map((word) => word.includes("doormat*"))).toEqual([true, true]);
  });

  test("takes words that are alike, and does without articles and prepositions", () => {
    expect(loosen("the lanterm of paris", { lanterm: ["lantern"] })).toHaveLength(2);
    expect(loosen("the lanterm of paris", { lanterm: ["lantern"] })[0]).toContain("lantern");
    expect(loosen("of the")).toHaveLength(2);
  });
});
