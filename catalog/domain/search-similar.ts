import type { SearchedWord, TextSearch } from "./search-query.ts";

/** Words that one written word may stand for, at most. */
export const SIMILAR_WORDS_MAX = 20;
/** Letters of each half where a word may be two that were written as one. */
const HALF_LETTERS = 3;
/** Articles, prepositions and the like, folded: they need not be there where another word is, nor does a single letter. */
const SMALL_WORDS = new Set(
  [
    "an and at by for from in of on or the to with",
    "am auf aus das dem den der des die ein eine einem einen einer fur im mit oder und von zu zum zur",
    "al con de del el en la las los para por un una unas unos",
    "au aux avec des du et le les ou par pour sans sur une",
    "alla con da dal dei della delle di gli il lo nel per su uno",
    "as ao com da das do dos em na no nas nos os um uma",
    "bir icin ile ve na ze do dla se ve za",
    "без во для за из на не от по со",
    "για και με το του τησ των σε στο στη απο",
    "على في من الى مع با به برای از در",
  ].flatMap((words) => words.split(" ")),
);
/** Letters that have to be typed before a beginning may have a mistake. */
const TYPED_LETTERS = 5;
/** Letters that have to be found within a longer word. */
const WITHIN_LETTERS = 3;

/** Mistakes that a word of so many letters may have. */
const mistakesAllowed = (letters: number): number => {
  if (letters < 3) return 0;
  if (letters < 6) return 1;
  return letters < 10 ? 2 : 3;
};

/** One row of the table of distances, into `next`: of so many letters of `a` to each beginning of `b`, from the two rows before it. Answers its least. */
const writeRow = (
  { a, b, row }: { readonly a: readonly string[]; readonly b: readonly string[]; readonly row: number },
  [before, last, next]: readonly [number[], number[], number[]],
): number => {
  const letter = a[row - 1];
  let [left, least] = [row, row];
  next[0] = row;
  for (let column = 1; column <= b.length; column += 1) {
    const other = b[column - 1];
    let far = Math.min(
      (last[column] ?? 0) + 1,
      left + 1,
      (last[column - 1] ?? 0) + (letter === other ? 0 : 1),
    );
    if (row > 1 && letter === b[column - 2] && a[row - 2] === other)
      far = Math.min(far, (before[column - 2] ?? 0) + 1);
    next[column] = far;
    left = far;
    if (far < least) least = far;
  }
  return least;
};

/**
 * Letters that were left out, put in, mistaken or swapped with their neighbour between two words (optimal string alignment). `max`
 * and one more stand for all that is more: most words are far from each other, and are left as soon as that is seen.
 */
export const mistakesBetween = (one: string, other: string, max: number): number => {
  const [a, b] = [[...one], [...other]];
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let rows: [number[], number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, at) => at), []];
  let leastBefore = 0;
  for (let row = 1; row <= a.length; row += 1) {
    const least = writeRow({ a, b, row }, rows);
    // A swap reaches back over one row, and no further.
    if (least > max && leastBefore > max) return max + 1;
    leastBefore = least;
    rows = [rows[1], rows[2], rows[0]];
  }
  return Math.min(rows[1][b.length] ?? 0, max + 1);
};

/** Mistakes in what was typed of a word so far: it is as long as a beginning of it, give or take a letter. */
const mistakesInBeginning = (typed: string, word: string, max: number): number => {
  const letters = [...word];
  const length = [...typed].length;
  const beginnings = [length - 1, length, length + 1].map((end) => letters.slice(0, end).join(""));
  return Math.min(...beginnings.map((beginning) => mistakesBetween(typed, beginning, max)));
};

const distance = (written: string, word: string): number | null => {
  const letters = [...written].length;
  const allowed = mistakesAllowed(letters);
  const whole = mistakesBetween(written, word, allowed);
  if (whole <= allowed) return whole;
  if (letters >= WITHIN_LETTERS && word.includes(written)) return 1;
  if (letters < TYPED_LETTERS) return null;
  return mistakesInBeginning(written, word, 1) <= 1 ? allowed + 1 : null;
};

/** Of words that look alike those that may be meant, the likeliest first; none that is more than one mistake farther than it. */
export const similarWords = (written: string, candidates: readonly string[]): string[] => {
  const found = [...new Set(candidates)]
    .flatMap((word) => {
      const far = distance(written, word);
      return far === null ? [] : [{ word, far }];
    })
    .sort((a, b) => a.far - b.far || (a.word < b.word ? -1 : 1));
  const nearest = found[0]?.far ?? 0;
  return found
    .filter(({ far }) => far <= nearest + 1)
    .slice(0, SIMILAR_WORDS_MAX)
    .map(({ word }) => word);
};

/** Two words written as one, at every place where that may be: `lunchbox` for a lunch box. */
const halves = (written: string): SearchedWord["alternatives"] => {
  const letters = [...written];
  const places = letters.map((_, at) => at).slice(HALF_LETTERS, 1 - HALF_LETTERS);
  return places.map((at) => [
    { text: letters.slice(0, at).join(""), prefix: false },
    { text: letters.slice(at).join(""), prefix: true },
  ]);
};

/** The search that is made where the words as they are written find nothing: `alike` are the words known for each of its words. */
export const loosened = (search: TextSearch, alike: ReadonlyMap<string, readonly string[]>): TextSearch => {
  const { words } = search;
  const joinedAt = (at: number): SearchedWord["alternatives"] => {
    const [one, next] = [words[at], words[at + 1]];
    return one && next ? [[{ text: one.written + next.written, prefix: true }]] : [];
  };
  const all = words.map((word, at) => {
    const similar = similarWords(word.written, alike.get(word.written) ?? []).map((text) => [
      { text, prefix: false },
    ]);
    const joined = [...joinedAt(at - 1), ...joinedAt(at)];
    return {
      ...word,
      alternatives: [...word.alternatives, ...similar, ...halves(word.written), ...joined],
      exactly: [...word.exactly, ...similar.slice(0, 1), ...joined],
    };
  });
  const meaning = all.filter(({ written }) => written.length > 1 && !SMALL_WORDS.has(written));
  return { ...search, words: meaning.length > 0 ? meaning : all };
};
