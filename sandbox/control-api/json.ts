import { Problem } from "./problem.ts";

/** An answer of the control API. */
export const json = (body: unknown, status = 200): Response =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });

/** The longest that an answer is held back. */
export const WAIT_LIMIT_MS = 25_000;

/** A whole number of a query, 0 where it is absent. */
export function wholeNumber(query: URLSearchParams, name: string): number {
  const value = Number(query.get(name) ?? 0);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Problem("VALIDATION", "must be a whole number", `/query/${name}`);
}

/** How long the caller wants to wait, by `waitMs` or `waitSeconds`. */
export function waitOf(query: URLSearchParams): number {
  return Math.min(WAIT_LIMIT_MS, wholeNumber(query, "waitMs") + wholeNumber(query, "waitSeconds") * 1_000);
}

/** The chat that a query names; null where it names none. */
export function chatIdOf(query: URLSearchParams): number | null {
  const text = query.get("chatId");
  if (text === null) return null;
  if (!/^-?\d{1,15}$/.test(text)) throw new Problem("VALIDATION", "must be a whole number", "/query/chatId");
  return Number(text);
}
