/** Keeps 2^n within the numbers; every ceiling is reached long before. */
const EXPONENT_MAX = 30;

/** The longest wait after so many attempts (from 1): doubling from the base up to the ceiling, in milliseconds. */
export const backoffCeilingMs = (
  { baseMs, ceilingMs }: { readonly baseMs: number; readonly ceilingMs: number },
  attempts: number,
): number => Math.min(ceilingMs, baseMs * 2 ** Math.min(Math.max(0, attempts - 1), EXPONENT_MAX));
