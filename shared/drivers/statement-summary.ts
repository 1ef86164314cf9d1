import { LRUCache } from "lru-cache";

/** What a statement does, in words of which there are few: nothing of its values, nor of its text. */
export interface StatementSummary {
  /** In capitals, as in `INSERT`. */
  readonly operation: string;
  /** The table that it is about first; null where it is about none. */
  readonly table: string | null;
}

const TABLE = String.raw`(?:only\s+)?"?([a-z_][a-z0-9_]*)"?`;
/** A statement may begin with others (`with …`): the one that writes is what it is about. */
const WRITES = new RegExp(
  String.raw`\b(insert)\s+into\s+${TABLE}|\b(update)\s+${TABLE}\s+(?:as\s+)?(?:[a-z_]+\s+)?set\b|\b(delete)\s+from\s+${TABLE}`,
  "i",
);
/** Not what is from a function. */
const READS = new RegExp(String.raw`\bfrom\s+${TABLE}\b(?!\s*\()`, "i");
/** What a moment's part is taken from is no table. */
const PART_OF_MOMENT = /\bextract\s*\(\s*\w+\s+from\b/gi;
const FIRST_WORD = /^\s*([a-z]+)/i;
/** Texts that are remembered: as many as are sent again and again, and those that have a row's values each time besides. */
const KNOWN_MAX = 1_000;

const summaryOf = (text: string): StatementSummary => {
  const [, insert, into, update, updated, remove, removedFrom] = WRITES.exec(text) ?? [];
  const write = insert ?? update ?? remove;
  if (write !== undefined)
    return { operation: write.toUpperCase(), table: into ?? updated ?? removedFrom ?? null };
  const first = FIRST_WORD.exec(text)?.[1]?.toUpperCase() ?? "SQL";
  const operation = first === "WITH" ? "SELECT" : first;
  return { operation, table: READS.exec(text.replace(PART_OF_MOMENT, "extract("))?.[1] ?? null };
};

/** Sums up statements for the spans; each text once. */
export const createStatementSummaries = (): ((text: string) => StatementSummary) => {
  const known = new LRUCache<string, StatementSummary>({ max: KNOWN_MAX });
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const summary = summaryOf(text);
    known.set(text, summary);
    return summary;
  };
};
