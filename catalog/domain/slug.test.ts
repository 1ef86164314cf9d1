import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { freeSlug, slugOf, slugWithId } from "./slug.ts";

describe("a slug", () => {
  test.each([
    ["Blue Mug", "blue-mug"],
    ["  Crème   Brûlée!  ", "creme-brulee"],
    ["Łódź & Ærøskøbing – Straße", "lodz-aeroskobing-strasse"],
    ["İstanbul ışık", "istanbul-isik"],
    ["Baker's Dozen", "bakers-dozen"],
    ["Кружка синяя", "кружка-синяя"],
    ["Чайник", "чайник"],
    ["茶碗 2", "茶碗-2"],
    ["हिन्दी", "हिन्दी"],
    ["½ price ™", "1-2-price-tm"],
    ["--a--b--", "a-b"],
    ["🐌", "product"],
    ["Export", "export-product"],
    ["Imports!", "imports-product"],
    ["", "product"],
  ])("of %p is %p", (name, slug) => {
    expect(slugOf(name, "product")).toBe(slug);
  });

  test("of any name is made of letters, marks, digits and single hyphens, and is its own slug", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (name) => {
        const slug = slugOf(name, "product");
        expect(slug).toMatch(/^[\p{L}\p{M}\p{N}]+(-[\p{L}\p{M}\p{N}]+)*$/u);
        expect([...slug].length).toBeLessThanOrEqual(80);
      }),
    );
  });

  test("that is taken gets the next free number", () => {
    expect(freeSlug("mug", new Set())).toBe("mug");
    expect(freeSlug("mug", new Set(["mug", "mug-2", "mug-4"]))).toBe("mug-3");
  });

  test("with an id ends in the random part of it", () => {
    expect(slugWithId("mug", "0190a0a0-0000-7000-8000-123456789abc")).toBe("mug-123456789abc");
  });
});
