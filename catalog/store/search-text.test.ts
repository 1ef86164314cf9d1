import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { searchFold, searchName, searchWords } from "../domain/search-text.ts";
import { catalogMigrations } from "../service.ts";

// What is looked for is read by TypeScript, what is looked into by PostgreSQL: a search finds something only where both read alike.

/** Characters of one text. */
const STRETCH = 40;
/** Younger than the Unicode of PostgreSQL 15, and with a decomposition that it does not know. */
const YOUNG = new Set(["\u{a7f1}"]);

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ name: "catalog", migrations: catalogMigrations });
}, SET_UP_TIMEOUT_MS);
afterAll(() => database.close());

interface Reading {
  readonly fold: string;
  readonly name: string;
  readonly words: readonly string[];
}

const readByPostgres = async (texts: readonly string[]): Promise<Reading[]> => {
  const { rows } = await database.db.execute<{ fold: string; name: string; words: string }>(sql`
    select search_fold(text) as fold, search_name(text) as name, search_words(text) as words
    from unnest(${sql.param([...texts])}::text[]) with ordinality as given(text, nth) order by nth`);
  return rows.map(({ fold, name, words }) => ({
    fold,
    name,
    words: [...new Set(words.split(" ").filter((word) => word !== ""))].sort(),
  }));
};

const readHere = (text: string): Reading => ({
  fold: searchFold(text),
  name: searchName(text),
  words: searchWords(text).sort(),
});

const expectAlike = async (texts: readonly string[]) => {
  const there = await readByPostgres(texts);
  expect(there).toEqual(texts.map(readHere));
};

/** From, and up to without it: all scripts in use, but of Chinese and Korean, which are thousands and all alike, only some. */
const STRETCHES = [
  ...([
    [0x1, 0x3400],
    [0x4e00, 0x4e40],
    [0xac00, 0xac40],
    [0xf900, 0xfa00],
  ] as const),
  ...([
    [0xa640, 0xa7f5],
    [0xfb00, 0x10000],
    [0x1d400, 0x1d420],
    [0x1f300, 0x1f700],
  ] as const),
];

const charactersInUse = function* () {
  for (const [from, to] of STRETCHES)
    for (let code = from; code < to; code += 1) {
      const character = String.fromCodePoint(code);
      if (!/\p{Cn}|\p{Cs}|\p{Co}/u.test(character) && !YOUNG.has(character)) yield character;
    }
};

test("every character in use is read alike, within a word and alone", async () => {
  const texts: string[] = [];
  let text = "";
  for (const character of charactersInUse()) {
    text += `a${character}b ${character} `;
    if (text.length < STRETCH * 6) continue;
    texts.push(text);
    text = "";
  }
  expect(texts.length).toBeGreaterThan(100);
  for (let from = 0; from < texts.length; from += 100) await expectAlike(texts.slice(from, from + 100));
}, 60_000);

test("and so is any text", async () => {
  const text = fc.string({
    unit: fc.constantFrom(..."aZé ßø'-._,/%\\ 9٣یﷺﬁǄ\u200c\u200f\u0301日カﾊﾟ한🎈ÇΣςЙ"),
    maxLength: 90,
  });
  await expectAlike(fc.sample(text, { numRuns: 300 }));
}, 60_000);
