import { LRUCache } from "lru-cache";

/** Named statements of a process, at most: each takes memory in every connection of the server. */
const NAMED_MAX = 200;
/** Longer texts have a row's values each time anew: they hardly come again. In characters. */
const TEXT_MAX = 8_000;
/** A text that is met so often is worth a name. */
const WORTH_A_NAME = 3;
/** Texts that are being counted. */
const COUNTED_MAX = 1_000;

/**
 * Names the statements that come again and again, so that the server reads and analyses each of them once a connection
 * (the plan is still made for the values, see `plan_cache_mode`). Answers undefined for a text that has no name (yet).
 * A text keeps its name for ever.
 */
export const createStatementNames = (): ((text: string) => string | undefined) => {
  const names = new Map<string, string>();
  const counts = new LRUCache<string, number>({ max: COUNTED_MAX });
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (text.length > TEXT_MAX || names.size >= NAMED_MAX) return undefined;
    const count = (counts.get(text) ?? 0) + 1;
    if (count < WORTH_A_NAME) {
      counts.set(text, count);
      return undefined;
    }
    counts.delete(text);
    const name = `kiosk_${names.size + 1}`;
    names.set(text, name);
    return name;
  };
};
