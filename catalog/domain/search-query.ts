import { type CategoryTree, subtreeOf } from "./category.ts";
import { otherForms, type Term } from "./search-forms.ts";
import { searchName, searchWords, type WrittenWord, wordsOf } from "./search-text.ts";

/** Words beyond these are not looked for: the work of a search is bounded by what is asked. */
export const SEARCH_WORDS_MAX = 8;
/** Letters of a name that are compared with a whole text. */
export const SEARCH_NAME_MAX = 200;
/** A shorter word is looked for as it is, unless it is the last one, which may still be being typed. */
const PREFIX_LETTERS = 3;
/** A word that names more categories than these says nothing about a product. */
const NAMED_CATEGORIES_MAX = 40;

/** One word that is looked for: found is what has all terms of one alternative, or is in one of the categories. */
export interface SearchedWord {
  /** As it was written, folded. */
  readonly written: string;
  readonly alternatives: readonly (readonly Term[])[];
  /** Alternatives that mean just this word and not another form of it. */
  readonly exactly: readonly (readonly Term[])[];
  readonly categoryIds: readonly string[];
}

/** What a text asks for: all of the words. Without any word nothing is found. */
export interface TextSearch {
  /** As a whole name, for names that are it or begin with it. */
  readonly phrase: string;
  /** As a SKU or a barcode, in small letters. */
  readonly code: string;
  readonly words: readonly SearchedWord[];
}

const exact = (text: string): Term => ({ text, prefix: false });
const term = (text: string, isLast: boolean): Term => ({
  text,
  prefix: isLast || [...text].length >= PREFIX_LETTERS,
});

const readWord = ({ joined, parts }: WrittenWord, isLast: boolean): SearchedWord => {
  const [last = joined, ...before] = parts.toReversed();
  const beforeLast = before.toReversed().map((part) => term(part, false));
  const meanings = (word: string): Term[] => [term(word, isLast), ...otherForms(word)];
  const apart = parts.length > 1 ? meanings(last).map((one) => [...beforeLast, one]) : [];
  return {
    written: joined,
    alternatives: [...meanings(joined).map((one) => [one]), ...apart],
    exactly: [[exact(joined)], ...(parts.length > 1 ? [parts.map(exact)] : [])],
    categoryIds: [],
  };
};

/** Reads a text that somebody looks for. Anything may stand in it. */
export const readSearch = (text: string): TextSearch => {
  const written = wordsOf(text).slice(0, SEARCH_WORDS_MAX);
  return {
    phrase: [...searchName(text)].slice(0, SEARCH_NAME_MAX).join(""),
    code: text.trim().toLowerCase(),
    words: written.map((word, at) => readWord(word, at === written.length - 1)),
  };
};

const namesOfTrees = new WeakMap<CategoryTree, readonly (readonly string[])[]>();

/** The words of each category's name, in the order of the tree; worked out once a tree. */
const namesOf = (tree: CategoryTree): readonly (readonly string[])[] => {
  const known = namesOfTrees.get(tree);
  if (known !== undefined) return known;
  const names = tree.nodes.map(({ name }) => searchWords(name));
  namesOfTrees.set(tree, names);
  return names;
};

const fits = ({ text, prefix }: Term, words: readonly string[]): boolean =>
  prefix && text.length >= PREFIX_LETTERS
    ? words.some((word) => word.startsWith(text))
    : words.includes(text);

const categoriesNamed = (tree: CategoryTree, { alternatives }: SearchedWord): string[] => {
  const names = namesOf(tree);
  const ids = tree.nodes
    .filter((_, at) => alternatives.some((terms) => terms.every((one) => fits(one, names[at] ?? []))))
    .flatMap((node) => subtreeOf(tree, node));
  const named = [...new Set(ids)];
  return named.length > NAMED_CATEGORIES_MAX ? [] : named;
};

/** The same, where a product also has the words of the categories above it. */
export const withCategories = (search: TextSearch, tree: CategoryTree): TextSearch => ({
  ...search,
  words: search.words.map((word) => ({ ...word, categoryIds: categoriesNamed(tree, word) })),
});
