// What people type into a search, none of it twice: two or three words of a product, the beginning of one, words with a slip, plurals,
// SKUs and barcodes, and words that nothing has. The same in every run.

import { createDice, type Dice } from "../e2e/history/dice.ts";
import { generateProduct } from "./product-generator.ts";

/** Out of a hundred queries. */
const shares = { words: 35, prefix: 25, typo: 15, plural: 10, code: 10, nothing: 5 } as const;
export type QueryKind = keyof typeof shares;
export const queryKinds = Object.keys(shares) as readonly QueryKind[];

/** A slip in a shorter word makes another word of it. */
const SLIP_LETTERS_MIN = 5;
/** Tries for one that was not there yet, before a word is added. */
const TRIES = 20;

const anyOf = <Item>(dice: Dice, items: readonly Item[]): Item | undefined => items[dice.below(items.length)];

const shuffled = <Item>(dice: Dice, items: readonly Item[]): Item[] => {
  const rest = [...items];
  return items.flatMap(() => rest.splice(dice.below(rest.length), 1));
};

/** The words of a product's name that say something; in English the last one is what it is. */
const wordsOf = (dice: Dice, count: number): { words: string[]; german: boolean } => {
  const { name } = generateProduct(dice.below(count)).product;
  const words: string[] = name.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return { words: words.filter((word) => word !== "aus"), german: words.includes("aus") };
};

/** Two or three words of a product's name, in any order. */
const someWords = (dice: Dice, count: number): string[] =>
  shuffled(dice, wordsOf(dice, count).words).slice(0, 2 + dice.below(2));

/** A letter too few, twice, or in its neighbour's place. */
const slip = (dice: Dice, word: string): string => {
  const at = 1 + dice.below(word.length - 2);
  const [before, letter, next, after] = [word.slice(0, at), word[at], word[at + 1] ?? "", word.slice(at + 2)];
  return dice.pick([
    `${before}${next}${after}`,
    `${before}${letter}${letter}${next}${after}`,
    `${before}${next}${letter}${after}`,
  ]);
};

const nonsense = (dice: Dice): string =>
  Array.from({ length: 2 + dice.below(3) }, () =>
    [dice.pick(["b", "dr", "k", "qu", "v", "x", "z"]), dice.pick(["a", "ei", "o", "u", "y"])].join(""),
  ).join("");

const writers: Readonly<Record<QueryKind, (dice: Dice, count: number) => string[]>> = {
  words: someWords,
  prefix(dice, count) {
    const words = someWords(dice, count);
    const last = words.pop() ?? "";
    return [...words, last.slice(0, 2 + dice.below(3))];
  },
  typo(dice, count) {
    const words = someWords(dice, count);
    const long = words.findIndex((word) => word.length >= SLIP_LETTERS_MIN);
    return long < 0 ? [...words, slip(dice, "lantern")] : words.with(long, slip(dice, words[long] ?? ""));
  },
  plural(dice, count) {
    const { words, german } = wordsOf(dice, count);
    if (german) return writers.plural(dice, count);
    const others = words.slice(0, -1);
    return [...shuffled(dice, others).slice(0, 1 + dice.below(2)), `${words.at(-1)}s`];
  },
  code(dice, count) {
    const { product } = generateProduct(dice.below(count));
    return [dice.pick([product.sku, product.sku.toLowerCase(), product.barcode ?? product.sku])];
  },
  nothing: (dice) => [nonsense(dice), nonsense(dice)],
};

const hundred = queryKinds.flatMap((kind) => Array.from({ length: shares[kind] }, () => kind));

/** Queries over the first `count` products of the generator, each of them once. */
export const createQueries = (count: number, seed: number) => {
  const dice = createDice(seed);
  const seen = new Set<string>();
  const fresh = (kind: QueryKind): string => {
    let words = writers[kind](dice, count);
    for (let tries = 1; seen.has(words.join(" ")); tries += 1) {
      words = writers[kind](dice, count);
      if (tries > TRIES) words.push(anyOf(dice, someWords(dice, count)) ?? nonsense(dice));
    }
    const query = words.join(" ");
    seen.add(query);
    return query;
  };
  const pathOf = (query: string) => `/v1/products?q=${encodeURIComponent(query)}`;
  return {
    /** Addresses of so many searches, of one kind or of all kinds by their shares. */
    paths: (howMany: number, kind?: QueryKind): string[] =>
      Array.from({ length: howMany }, () => pathOf(fresh(kind ?? anyOf(dice, hundred) ?? "words"))),
  };
};

export type Queries = ReturnType<typeof createQueries>;
