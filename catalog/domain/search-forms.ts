// Other forms of a word, without knowing its language: endings by which nouns of many languages change their number. A wrong guess
// costs little, since it is a word that hardly any product has; and what is written exactly so always comes first.

/** A form that may be meant as well; `prefix`: with anything behind it. */
export interface Term {
  readonly text: string;
  readonly prefix: boolean;
}

interface Ending {
  readonly ending: string;
  readonly instead: string;
  /** Letters that have to be there before the ending. */
  readonly before: number;
}

const endings = (
  before: number,
  ...pairs: readonly (readonly [ending: string, instead: string])[]
): Ending[] => pairs.map(([ending, instead]) => ({ ending, instead, before }));

const ENDINGS: readonly Ending[] = [
  // Mugs, boxes, berries, knives and back; gâteaux; luces; kahveler.
  ...endings(3, ["s", ""], ["es", ""], ["y", "ies"], ["f", "ves"], ["x", ""], ["ler", ""], ["lar", ""]),
  ...endings(2, ["ies", "y"], ["ves", "f"], ["ves", "fe"], ["fe", "ves"], ["ces", "z"], ["oes", "ao"]),
  ...endings(1, ["aes", "ao"]),
  // Lampen, Stühle, Kinder, hölzern; lampor.
  ...endings(4, ["n", ""], ["en", ""], ["er", ""], ["e", ""], ["ar", ""], ["or", ""]),
  // Tazza and tazze, tavolo and tavoli.
  ...endings(4, ["a", "e"], ["e", "a"], ["o", "i"], ["i", "o"], ["i", "e"]),
  ...endings(2, ["ות", ""], ["ים", ""]),
  // Arabic and Persian plurals, as folded.
  ...endings(3, ["ات", ""], ["ین", ""], ["ون", ""], ["ان", ""], ["ها", ""], ["های", ""]),
];

/** The Arabic article, which is written in one with its noun. */
const ARTICLE = "ال";
const AFTER_ARTICLE = 3;

/** Endings of nouns in Cyrillic and Greek change with number and case alike: so these words are looked for by their beginning. */
const INFLECTED = [
  /^([\u0400-\u04ff]{3,}?)[аеиоуыэюяь]{1,2}$/u,
  /^([\u0370-\u03ff]{3,}?)[αεηιουω]{0,2}[αεηιουωσ]$/u,
];

/** What else a folded word may be called. */
export const otherForms = (word: string): Term[] => {
  const forms = ENDINGS.filter(
    ({ ending, before }) => word.endsWith(ending) && word.length >= ending.length + before,
  ).map(({ ending, instead }) => word.slice(0, -ending.length) + instead);
  if (word.startsWith(ARTICLE) && word.length >= ARTICLE.length + AFTER_ARTICLE) {
    forms.push(word.slice(ARTICLE.length));
  }
  const stems = INFLECTED.flatMap((pattern) => pattern.exec(word)?.[1] ?? []);
  return [
    ...forms.map((text) => ({ text, prefix: false })),
    ...stems.map((text) => ({ text, prefix: true })),
  ];
};
