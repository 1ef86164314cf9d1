import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { searchFold, searchName, searchRule, searchWords, WORD_MAX } from "./search-text.ts";

const text = fc.string({ unit: "grapheme", maxLength: 60 });

describe("folding a text for a search", () => {
  test.each([
    ["Größe STRASSE Straße", "grosse strasse strasse"],
    ["Łódź Ærø İstanbul Işık", "lodz aero istanbul isik"],
    ["Əla ƏLA əla", "ela ela ela"],
    ["ΚΑΘΡΈΦΤΗΣ Ёлка Йод", "καθρεφτησ елка иод"],
    ["كِتاب آشپزي ٤٢ ۴۲", "کتاب اشپزی 42 42"],
    ["ＦＵＬＬ ｗｉｄｔｈ ﬁne ½", "full width fine 1⁄2"],
    ["soft\u00adhyphen \u200frtl", "softhyphen rtl"],
  ])("%s is read as %s", (written, folded) => expect(searchFold(written)).toBe(folded));

  test("is done once: what is folded stays as it is", () => {
    fc.assert(fc.property(text, (any) => expect(searchFold(searchFold(any))).toBe(searchFold(any))));
  });

  test("takes each letter to its last form in one step", () => {
    const letters = new Map(searchRule.letters);
    expect([...letters].filter(([, to]) => (letters.get(to) ?? to) !== to)).toEqual([]);
  });

  test("case and accents make no difference", () => {
    const latin = fc.string({ unit: fc.constantFrom(..."aàáâäåcçeéèñoöøuüyÿzž"), maxLength: 20 });
    fc.assert(
      fc.property(latin, (any) => {
        expect(searchFold(any.toUpperCase())).toBe(searchFold(any));
        expect(searchFold(any.normalize("NFD"))).toBe(searchFold(any));
      }),
    );
  });
});

describe("the words of a text", () => {
  test("stand between blanks and marks; one of several parts is found as a whole and in parts", () => {
    expect(searchWords("T-Shirt, l’eau (100%)")).toEqual(["tshirt", "t", "shirt", "leau", "l", "eau", "100"]);
    expect(searchWords("نیم\u200cفاصله")).toEqual(["نیمفاصله", "نیم", "فاصله"]);
    expect(searchWords("Lego™Set a_b c/d")).toEqual(["lego", "set", "a", "b", "c", "d"]);
    expect(searchWords("!?* '-' \u{1F388}")).toEqual([]);
  });

  test("have nothing in them that a tsquery or a pattern would read as its own", () => {
    const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
    const words = searchWords(characters.map((character) => `a${character}b`.toWellFormed()).join(" "));
    expect(words.filter((word) => /[\s'"\\:*&|!()<>%_=@]/u.test(word))).toEqual([]);
  });

  test("are no longer than they are looked for", () => {
    expect(searchWords("x".repeat(100))).toEqual(["x".repeat(WORD_MAX)]);
  });

  test("make the name, each part with one blank before the next", () => {
    expect(searchName("  Poppy's  PLAY-house! ")).toBe("poppy s play house");
  });
});
