import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Category, growTree } from "./category.ts";
import { otherForms } from "./search-forms.ts";
import { readSearch, SEARCH_NAME_MAX, SEARCH_WORDS_MAX, withCategories } from "./search-query.ts";

const formsOf = (word: string): string[] =>
  otherForms(word).map(({ text, prefix }) => (prefix ? `${text}*` : text));

describe("other forms of a word", () => {
  test.each([
    ["mugs", "mug"],
    ["boxes", "box"],
    ["berries", "berry"],
    ["knives", "knife"],
    ["shelf", "shelves"],
    ["lampen", "lampe"],
    ["stuhle", "stuhl"],
    ["tazze", "tazza"],
    ["luces", "luz"],
    ["лампы", "ламп*"],
    ["λαμπεσ", "λαμπ*"],
    ["المصباح", "مصباح"],
    ["لیوانها", "لیوان"],
  ])("%s may be %s", (word, form) => expect(formsOf(word)).toContain(form));

  test("of a short word are none: it would be another word", () => {
    for (const word of ["as", "gas", "red", "tea"]) expect(formsOf(word)).toEqual([]);
  });
});

describe("reading what somebody looks for", () => {
  test("a word may be begun, unless it is short and others follow", () => {
    const { words } = readSearch("of heart t");
    expect(words.map(({ alternatives }) => alternatives[0])).toEqual([
      [{ text: "of", prefix: false }],
      [{ text: "heart", prefix: true }],
      [{ text: "t", prefix: true }],
    ]);
  });

  test("a word of several parts is looked for as a whole and in parts, in other forms too", () => {
    const [word] = readSearch("T-shirts").words;
    expect(word?.alternatives).toEqual([
      [{ text: "tshirts", prefix: true }],
      [{ text: "tshirt", prefix: false }],
      [
        { text: "t", prefix: false },
        { text: "shirts", prefix: true },
      ],
      [
        { text: "t", prefix: false },
        { text: "shirt", prefix: false },
      ],
    ]);
  });

  test("any text is read, and never more of it than is bounded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => {
        const { words, phrase } = readSearch(text);
        expect(words.length).toBeLessThanOrEqual(SEARCH_WORDS_MAX);
        expect([...phrase].length).toBeLessThanOrEqual(SEARCH_NAME_MAX);
      }),
    );
    expect(readSearch("a ".repeat(100)).words).toHaveLength(SEARCH_WORDS_MAX);
    expect(readSearch(" !?' ").words).toEqual([]);
  });
});

describe("categories that are named by a word", () => {
  const at = new Date(0);
  const category = (id: string, name: string, parentId: string | null): Category => ({
    ...{ id, name, slug: id, parentId, position: 0, version: 1, createdAt: at, updatedAt: at },
  });
  const tree = growTree(
    [category("k", "Küche", null), category("m", "Mugs & cups", "k"), category("g", "Garden", null)],
    1,
  );
  const idsOf = (text: string) =>
    withCategories(readSearch(text), tree).words.map((word) => word.categoryIds);

  test("bring all below them, whatever form the word has", () => {
    expect(idsOf("kuche mug blue")).toEqual([["k", "m"], ["m"], []]);
    expect(idsOf("gard")).toEqual([["g"]]);
  });

  test("are not named by a letter or two", () => expect(idsOf("g mu")).toEqual([[], []]));

  test("are none where a word names very many", () => {
    const many = growTree(
      Array.from({ length: 50 }, (_, nth) => category(`c${nth}`, `Shelf ${nth}`, null)),
      1,
    );
    expect(withCategories(readSearch("shelf"), many).words[0]?.categoryIds).toEqual([]);
  });
});
