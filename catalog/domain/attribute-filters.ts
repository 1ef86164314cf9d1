/** Values that one list may be narrowed to, over all attributes. */
export const ATTRIBUTE_FILTERS_MAX = 20;

/** Products of which the attribute has one of the values, written as its text: `350`, `true`. */
export interface AttributeFilter {
  readonly name: string;
  readonly values: readonly string[];
}

const escaped = (text: string): string => text.replace(/[\\,:]/g, "\\$&");

/** One value as the filter of a list is written: `colour:blue`. A comma, a colon and a backslash get a backslash before them. */
export const writeAttributeFilter = (name: string, value: string): string =>
  `${escaped(name)}:${escaped(value)}`;

/** A piece that is escaped, one that separates, or any text between. */
const PIECE = /\\([\\,:])|([,:])|([^\\,:]+)/gy;

/** Names and values one after the other, with what followed each. Null on a backslash before anything else. */
const readPairs = (text: string): string[][] | null => {
  const pairs: string[][] = [[""]];
  let end = 0;
  for (const { index, 0: all, 1: literal, 2: mark, 3: plain } of text.matchAll(PIECE)) {
    end = index + all.length;
    const pair = pairs.at(-1) ?? [];
    if (mark === ",") pairs.push([""]);
    else if (mark === ":") pair.push("");
    else pair[pair.length - 1] += literal ?? plain ?? "";
  }
  return end === text.length ? pairs : null;
};

/**
 * Reads `colour:blue,colour:red,size:xl`: values of one attribute are alternatives, different attributes all have to fit. Null where
 * the text says no such thing, or too much.
 */
export const readAttributeFilters = (text: string): AttributeFilter[] | null => {
  const pairs = readPairs(text);
  if (pairs === null || pairs.length > ATTRIBUTE_FILTERS_MAX) return null;
  if (pairs.some((pair) => pair.length !== 2 || pair[0] === "")) return null;
  const byName = Map.groupBy(pairs, ([name = ""]) => name);
  return [...byName].map(([name, all]) => ({
    name,
    values: [...new Set(all.map(([, value = ""]) => value))],
  }));
};
