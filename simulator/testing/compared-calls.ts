import { isKioskError } from "../../shared/kernel/errors.ts";
import { canonicalJson } from "../../shared/outbox/idempotency.ts";

// What the comparisons of a store in memory with one in PostgreSQL have in common.

/** Random calls of one comparison. */
export const STEPS = 150;
export const TIMEOUT_MS = 120_000;
/** Longer than any lease or hold. */
export const LONG_MS = 10_000_000;

/** The n-th id. */
export const idOf = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;

const untimed = (text: string): string =>
  text.replaceAll(/"(updatedAt|expiresAt)":"[^"]*"/g, (_, name: string) => `"${name}":"at some time"`);

/** What came of a call, as text: times and request ids apart, which are each store's own. */
export const outcomeOf = async (work: Promise<unknown>): Promise<string> => {
  const [value, error] = await work.then(
    (result) => [result, null],
    (failure: unknown) => [null, failure],
  );
  if (error === null) return untimed(canonicalJson(value));
  if (isKioskError(error)) return `${error.code} ${canonicalJson(error.details)}`;
  return String(error);
};
