import { createHash } from "node:crypto";
import type { AttributeFilter } from "../domain/attribute-filters.ts";
import type { Term } from "../domain/search-forms.ts";
import type { SearchedWord, TextSearch } from "../domain/search-query.ts";

// Texts of PostgreSQL's type tsquery. Folded words are letters and digits alone, the rest is ours: nothing in them has to be escaped.

/** In the name; without it anywhere. */
type Weight = "A" | "";

const termText = ({ text, prefix }: Term, weight: Weight): string => {
  const marks = `${prefix ? "*" : ""}${weight}`;
  return marks === "" ? `'${text}'` : `'${text}':${marks}`;
};

const anyOf = (alternatives: readonly string[]): string => `(${alternatives.join(" | ")})`;

const alternativesText = (alternatives: SearchedWord["alternatives"], weight: Weight): string[] =>
  alternatives.map((terms) => `(${terms.map((term) => termText(term, weight)).join(" & ")})`);

const categoryText = (id: string): string => `'@${id.replaceAll("-", "")}'`;

/** As the trigger of the migration has it in `product_search.words`. */
const attributeText = (name: string, value: string): string =>
  `'=${createHash("md5").update(`${name}\n${value}`).digest("hex").slice(0, 16)}'`;

/** Products with one of the values. */
export const attributeTsquery = ({ name, values }: AttributeFilter): string =>
  anyOf(values.map((value) => attributeText(name, value)));

/** All of what is given; null for nothing. */
export const allOf = (...parts: readonly (string | null)[]): string | null => {
  const given = parts.filter((part) => part !== null);
  return given.length === 0 ? null : given.join(" & ");
};

/** A text that is looked for, with at least one word. */
export interface TextTsquery {
  /** All words, wherever they are. */
  readonly anywhere: string;
  /** All words in the name. */
  readonly named: string;
  /** The same for a vector that has the words of the name alone. */
  readonly ofName: string;
  /** All words in the name as they are written, none of them only begun or in another form. */
  readonly whole: string;
}

export const textTsquery = ({ words }: TextSearch): TextTsquery => {
  const all = (write: (word: SearchedWord) => string[]) =>
    words.map((word) => anyOf(write(word))).join(" & ");
  return {
    anywhere: all(({ alternatives, categoryIds }) => [
      ...alternativesText(alternatives, ""),
      ...categoryIds.map(categoryText),
    ]),
    named: all(({ alternatives }) => alternativesText(alternatives, "A")),
    ofName: all(({ alternatives }) => alternativesText(alternatives, "")),
    whole: all(({ exactly }) => alternativesText(exactly, "A")),
  };
};
