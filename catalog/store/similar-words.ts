import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { statement } from "../../shared/sql/statement.ts";
import { searchWord } from "./schema.ts";

/** Candidates of each kind for one word. */
const LIKE_MAX = 40;
const WITHIN_MAX = 40;
/** Short words, and all that are not Latin where the server's locale is C, share few trigrams with what was meant. */
const BEGUN_MAX = 400;
const LENGTH_DIFFERENCE = 2;
const LAST_CHARACTER = "\u{10FFFF}";

const known = searchWord.word;

/** By common trigrams; words within which it stands; and words that begin with the same letter and are about as long. */
const candidates = statement<readonly string[]>(
  ({ value }) => sql`
    select written.word as written, candidate.word
    from unnest(${value((words) => [...words])}::text[]) as written(word) cross join lateral (
      (select ${known} from ${searchWord} where ${known} % written.word
        order by similarity(${known}, written.word) desc, ${known} limit ${sql.raw(`${LIKE_MAX}`)})
      union
      (select ${known} from ${searchWord}
        where char_length(written.word) > 2 and ${known} like '%' || written.word || '%'
        order by char_length(${known}), ${known} limit ${sql.raw(`${WITHIN_MAX}`)})
      union
      (select ${known} from ${searchWord}
        where char_length(written.word) > 2
          and ${known} ~>=~ left(written.word, 1) and ${known} ~<~ (left(written.word, 1) || ${sql.raw(`'${LAST_CHARACTER}'`)})
          and abs(char_length(${known}) - char_length(written.word)) <= ${sql.raw(`${LENGTH_DIFFERENCE}`)}
        order by similarity(${known}, written.word) desc, ${known} limit ${sql.raw(`${BEGUN_MAX}`)})
    ) as candidate`,
);

/** Words that products have and that look like these, by the words they look like. */
export const wordsAlike = async (db: Db, words: readonly string[]): Promise<Map<string, string[]>> => {
  const { rows } = await db.execute<{ written: string; word: string }>(candidates(words));
  const byWord = Map.groupBy(rows, ({ written }) => written);
  return new Map([...byWord].map(([written, alike]) => [written, alike.map(({ word }) => word)]));
};
