import { describe, expect, test } from "bun:test";
import {
  type Copy,
  type Difference,
  differencesOf,
  fieldsThatDiffer,
  type KeptCopy,
  persists,
} from "./copy.ts";

const owned = (key: string, version: number, name = "mug"): Copy => ({ key, version, fields: { name } });
const kept = (key: string, version: number, name = "mug"): KeptCopy => ({
  ...owned(key, version, name),
  mark: "7",
});

describe("a replica and its owner", () => {
  test("agree where versions and fields are the same", () => {
    expect(differencesOf([kept("a", 1), kept("b", 2)], [owned("b", 2), owned("a", 1)])).toEqual([]);
  });

  test("differ in five ways, told by key", () => {
    const found = differencesOf(
      [kept("e-stranger", 3), kept("b-behind", 1), kept("c-ahead", 9), kept("d-different", 2, "cup")],
      [owned("d-different", 2), owned("a-missing", 1), owned("b-behind", 2), owned("c-ahead", 8)],
    );
    expect(found.map(({ key, kind }) => [key, kind])).toEqual([
      ["a-missing", "missing"],
      ["b-behind", "behind"],
      ["c-ahead", "ahead"],
      ["d-different", "different"],
      ["e-stranger", "stranger"],
    ]);
  });

  test("differ in a field that only one of them has", () => {
    const fuller = { ...owned("a", 1), fields: { name: "mug", deleted: true } };
    expect(fieldsThatDiffer(kept("a", 1), fuller)).toEqual(["deleted"]);
  });
});

describe("a difference that was seen before", () => {
  const difference = (ours: KeptCopy[], theirs: Copy[]): Difference => {
    const [found] = differencesOf(ours, theirs);
    if (found === undefined) throw new Error("these agree");
    return found;
  };
  const behind = difference([kept("a", 1)], [owned("a", 2)]);

  test("has gone when the two agree", () => {
    expect(persists(behind, undefined)).toBe(false);
  });

  test("has gone when the row has reached what the owner had then, wherever the owner is now", () => {
    expect(persists(behind, difference([kept("a", 2)], [owned("a", 5)]))).toBe(false);
  });

  test("persists while the news of then is not there", () => {
    expect(persists(behind, difference([kept("a", 1)], [owned("a", 5)]))).toBe(true);
    expect(persists(difference([], [owned("a", 1)]), difference([], [owned("a", 1)]))).toBe(true);
  });

  test("persists where no news can put it right", () => {
    const stranger = difference([kept("a", 1)], []);
    expect(persists(stranger, stranger)).toBe(true);
    expect(persists(behind, difference([kept("a", 2, "cup")], [owned("a", 2)]))).toBe(true);
  });
});
