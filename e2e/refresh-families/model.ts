/** How a refresh token that was shown is answered: with the nth token of the family, or with a refusal. */
export type Shown = { readonly answer: "pair"; readonly token: number } | { readonly answer: "refused" };

/** A family as it should be: its tokens in the order in which they replace each other, the last of them unused. */
export interface Family {
  /** When each was used (ms), the last one excepted; so there is one more token than there are uses. */
  readonly usedAtMs: readonly number[];
  readonly end: "none" | "logout" | "reuse" | "expired";
}

export const newFamily: Family = { usedAtMs: [], end: "none" };

/** An instance of auth: since when it answers, null until its first refresh. */
export interface Instance {
  readonly sinceMs: number | null;
}

const GRACE_MS = 10_000;
const OUTAGE_MS = 60_000;

/** In words of time alone: within ten seconds of its use, or of the end of an outage that it was used shortly before. */
const isInGrace = (usedAtMs: number, sinceMs: number, nowMs: number): boolean => {
  if (nowMs - usedAtMs <= GRACE_MS) return true;
  const outageMs = sinceMs - usedAtMs;
  return outageMs > 0 && outageMs <= OUTAGE_MS && nowMs - sinceMs <= GRACE_MS;
};

const refused: Shown = { answer: "refused" };

/** What follows when the nth token of a family is shown to an instance. */
export const show = (
  family: Family,
  token: number,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): { readonly family: Family; readonly shown: Shown } => {
  const { usedAtMs, end } = family;
  if (end !== "none") return { family, shown: refused };
  const used = usedAtMs[token];
  const successor: Shown = { answer: "pair", token: token + 1 };
  if (used === undefined) return { family: { ...family, usedAtMs: [...usedAtMs, nowMs] }, shown: successor };
  const isLastUsed = token === usedAtMs.length - 1;
  if (isLastUsed && isInGrace(used, sinceMs, nowMs)) return { family, shown: successor };
  return { family: { ...family, end: "reuse" }, shown: refused };
};
