/** In characters; a suffix may make it a little longer. */
const SLUG_MAX = 80;
/** Numbers above this are not given: whoever meets it takes a part of the id. */
export const SLUG_NUMBER_MAX = 999_999;
const ID_PART = 12;

/** Words that stand for something else where a product's slug may stand. */
const TAKEN_BY_ROUTES: ReadonlySet<string> = new Set(["import", "imports", "export"]);

/** Letters that have no decomposition in Unicode. */
const LATIN: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  ħ: "h",
};

/**
 * A name as part of an address: lower case, accents of Latin letters off, letters and digits of other scripts kept,
 * everything else a hyphen. `fallback` stands in for a name without any letter or digit.
 */
export const slugOf = (name: string, fallback: string): string => {
  const slug = [
    ...name
      .normalize("NFKD")
      .replace(/(\p{Script=Latin})\p{Script=Inherited}+/gu, "$1")
      .normalize("NFC")
      .toLowerCase()
      .replace(/[ßæœøđðþłıħ]/g, (letter) => LATIN[letter] ?? letter)
      .replace(/['’]/g, "")
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-"),
  ]
    .slice(0, SLUG_MAX)
    .join("")
    .replace(/^-+|-+$/g, "");
  if (slug === "") return fallback;
  return TAKEN_BY_ROUTES.has(slug) ? `${slug}-${fallback}` : slug;
};

/** The second mug is `mug-2`. */
export const numberedSlug = (base: string, number: number): string => `${base}-${number}`;

/** For when numbers run out or everybody takes the same one: unique, as the id is. The end of a UUIDv7 is random. */
export const slugWithId = (base: string, id: string): string => `${base}-${id.slice(-ID_PART)}`;

/** The first free one of `mug`, `mug-2`, `mug-3` … */
export const freeSlug = (base: string, taken: ReadonlySet<string>): string => {
  let slug = base;
  for (let number = 2; taken.has(slug); number += 1) slug = numberedSlug(base, number);
  return slug;
};
