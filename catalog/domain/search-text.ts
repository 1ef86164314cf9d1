// How a search reads text: the same rule for what is looked for (here) and for what is looked into (the functions
// search_fold and search_words of the migration, which a test compares with this, character by character). It knows no
// language: accents, case and the ways in which one letter may be written go; words are what stands between marks.

/** What is not part of a word, before a compatibility form could turn it into letters. */
const SIGNS = /[™℠©®]/gu;

/**
 * Marks that are put on letters (accents, the vowels of Arabic and Hebrew) and characters that nobody sees: soft hyphens,
 * directions. They are left out. Marks of Indian and other scripts are part of the spelling and stay.
 */
const IGNORED = new RegExp(
  `[${[
    ...[
      "\\u0300-\\u036f",
      "\\u0483-\\u0489",
      "\\u0591-\\u05bd",
      "\\u05bf",
      "\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7",
    ],
    ...["\\u0610-\\u061a", "\\u0640", "\\u064b-\\u065f", "\\u0670", "\\u06d6-\\u06dc", "\\u06df-\\u06e4"],
    ...["\\u06e7\\u06e8", "\\u06ea-\\u06ed", "\\u1ab0-\\u1aff", "\\u1dc0-\\u1dff", "\\u20d0-\\u20ff"],
    ...["\\ufe20-\\ufe2f", "\\u00ad", "\\u061c", "\\u200b", "\\u200d-\\u200f", "\\u202a-\\u202e"],
    ...["\\u2060-\\u2064", "\\u2066-\\u2069", "\\ufe00-\\ufe0f", "\\ufeff"],
  ].join("")}]`,
  "gu",
);

/** Join the parts of a word, as in t-shirt and l'eau: hyphens, apostrophes, the full stop, the non-joiner of Persian. */
const JOINERS = "'\\-.\\u2019\\u02bc\\u2010\\u200c";

/** All that is neither letter nor digit, in the scripts that are in use; joiners are not among them. */
const SEPARATORS = [
  ...[
    "\\u0001-&(-,/:-@\\[-`{-\\u00bf",
    "\\u00d7\\u00f7",
    "\\u02c2-\\u02c5\\u02d2-\\u02df\\u02e5-\\u02eb\\u02ed",
  ],
  ...[
    "\\u02ef-\\u02ff",
    "\\u0375\\u03f6\\u0482",
    "\\u055a-\\u055f\\u0589-\\u058f",
    "\\u05be\\u05c0\\u05c3\\u05c6",
  ],
  ...[
    "\\u05f3\\u05f4",
    "\\u0600-\\u060f\\u061b\\u061d-\\u061f",
    "\\u066a-\\u066d\\u06d4\\u06dd\\u06de\\u06e9",
  ],
  ...["\\u06fd\\u06fe", "\\u0964\\u0965\\u0970", "\\u0e3f\\u0e4f\\u0e5a\\u0e5b", "\\u10fb\\u1360-\\u1368"],
  ...["\\u1680\\u2000-\\u200a\\u2011-\\u2018\\u201a-\\u2029\\u202f-\\u205f\\u2065\\u206a-\\u206f"],
  ...[
    "\\u20a0-\\u20cf",
    "\\u2104-\\u2114\\u2116-\\u212e\\u213a-\\u214d\\u214f",
    "\\u2190-\\u244a\\u2500-\\u2775",
  ],
  ...[
    "\\u2794-\\u2bff",
    "\\u2e00-\\u2e2e\\u2e30-\\u2fff",
    "\\u3000-\\u3004\\u3008-\\u3020\\u3030\\u303d-\\u303f",
  ],
  ...[
    "\\u30a0\\u30fb\\u3190\\u3191\\u31c0-\\u31ef\\u4dc0-\\u4dff",
    "\\ufd3e\\ufd3f\\ufe10-\\ufe1f\\ufe30-\\ufe6f",
  ],
  ...["\\ufff0-\\uffff", "\\u{1d000}-\\u{1d1ff}", "\\u{1f000}-\\u{1faff}", "\\u{e0000}-\\u{e0fff}"],
].join("");
const SEPARATED = new RegExp(`[${SEPARATORS}]+`, "gu");
const PARTED = new RegExp(`[${SEPARATORS}${JOINERS}]+`, "gu");
const JOINED = new RegExp(`[${JOINERS}]+`, "gu");

/** Capitals to small letters, and several ways to write a letter to one: what Unicode's decomposition leaves. */
const LETTERS: readonly (readonly [from: string, to: string])[] = [
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"],
  ["ÆŒÞẞŊĸ", "æœþßnk"],
  ["ÐðĐđØøŁłĦħŦŧıŋƏə", "ddddoollhhttinee"],
  ["ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς", "αβγδεζηθικλμνξοπρστυφχψωσ"],
  ["АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ", "абвгдежзиклмнопрстуфхцчшщъыьэюя"],
  ["ЂЄЅІЈЉЊЋЏҐҒҖҚҢҮҰҲҺӘӨ", "ђєѕіјљњћџґғҗқңүұҳһәө"],
  ["ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ", "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ"],
  // Arabic and Persian write the same yeh, kaf and heh differently.
  [
    "\u064a\u0649\u06d2\u0643\u0629\u06d5\u06be\u06c1\u0671",
    "\u06cc\u06cc\u06cc\u06a9\u0647\u0647\u0647\u0647\u0627",
  ],
  // The forms that Hebrew letters have at the end of a word.
  ["\u05da\u05dd\u05df\u05e3\u05e5", "\u05db\u05de\u05e0\u05e4\u05e6"],
  ["\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669", "0123456789"],
  ["\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9", "0123456789"],
  ["\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f", "0123456789"],
];
const letters = new Map(
  LETTERS.toReversed().flatMap(([from, to]) => {
    const targets = [...to];
    return [...from].map((letter, at) => [letter, targets[at] ?? letter] as const);
  }),
);

/** Letters that are written as two where a keyboard lacks them. */
const PAIRS: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", þ: "th" };

/** Letters and digits of a word that count: a longer one is cut. */
export const WORD_MAX = 40;

/** Text as a search compares it: without accents and case, in one form of each letter. */
export const searchFold = (text: string): string => {
  let folded = "";
  for (const character of text.replace(SIGNS, " ").normalize("NFKD").replace(IGNORED, "")) {
    const letter = letters.get(character) ?? character;
    folded += PAIRS[letter] ?? letter;
  }
  return folded;
};

const cut = (word: string): string => [...word].slice(0, WORD_MAX).join("");

/** One word as it was written, such as `t-shirt`: all of it in one, and its parts where it has several. */
export interface WrittenWord {
  readonly joined: string;
  readonly parts: readonly string[];
}

/** The words of a text in their order, folded. */
export const wordsOf = (text: string): WrittenWord[] =>
  searchFold(text)
    .replace(SEPARATED, " ")
    .split(" ")
    .flatMap((written) => {
      const parts = written.split(JOINED).filter((part) => part !== "");
      return parts.length === 0 ? [] : [{ joined: cut(parts.join("")), parts: parts.map(cut) }];
    });

/** Every word of a text once: those of several parts as a whole and in parts, so that both `tshirt` and `shirt` find a t-shirt. */
export const searchWords = (text: string): string[] => [
  ...new Set(wordsOf(text).flatMap(({ joined, parts }) => [joined, ...parts])),
];

/** A name as it is compared with a whole text: its parts with one blank between. */
export const searchName = (text: string): string => searchFold(text).replace(PARTED, " ").trim();

/** The rule as PostgreSQL is to say it; for the test that compares both, and for whoever writes the next migration. */
export const searchRule = {
  signs: "™℠©®",
  ignored: IGNORED.source,
  joiners: JOINERS,
  separators: SEPARATORS,
  letters: [...letters],
  pairs: Object.entries(PAIRS),
};
