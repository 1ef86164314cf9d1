import { pause } from "../shared/runtime/retry.ts";
import type { Evidence, ProvenPromise, Verdict } from "./promise.ts";

export interface Patience {
  /** From the last fault on: what is not right by then is wrong. */
  readonly settleMs: number;
  /** From the first look on, at least: people may have taken long to leave. */
  readonly leastMs: number;
  readonly everyMs: number;
}

const USUAL: Patience = { settleMs: 30_000, leastMs: 10_000, everyMs: 1_000 };

export interface Judged {
  readonly name: string;
  readonly says: string;
  readonly verdict: Verdict;
  /** When it was first found to be kept, after the last fault; null: never. */
  readonly keptAfterMs: number | null;
}

/** What a judge says; one that cannot judge has found something. */
const judge = (promise: ProvenPromise, evidence: Evidence): Promise<Verdict> =>
  promise.judge(evidence).catch((error: unknown) => ({
    counted: {},
    findings: [
      {
        what: "it could not be judged",
        details: { error: error instanceof Error ? error.message : String(error) },
      },
    ],
  }));

const isClean = ({ findings }: Verdict): boolean => findings.length === 0;

/** Judges all once. */
export const judgeAll = async (
  promises: readonly ProvenPromise[],
  evidence: Evidence,
): Promise<readonly Judged[]> => {
  const judged: Judged[] = [];
  for (const promise of promises) {
    const verdict = await judge(promise, evidence);
    const keptAfterMs = isClean(verdict) ? evidence.settledMs : null;
    judged.push({ name: promise.name, says: promise.says, verdict, keptAfterMs });
  }
  return judged;
};

/**
 * Judges until nothing is found or the time to settle is over. What was found to be kept once is judged again in the end: it has to stay
 * so.
 */
export const settle = async (
  promises: readonly ProvenPromise[],
  evidenceAt: (settledMs: number) => Evidence,
  signal: AbortSignal,
  { settleMs, leastMs, everyMs }: Patience = USUAL,
): Promise<{ readonly evidence: Evidence; readonly judged: readonly Judged[] }> => {
  const first = evidenceAt(0);
  const sinceCalm = () => Math.round(first.shop.now() - first.calmSinceMs);
  const endsAtMs = Math.max(settleMs, sinceCalm() + leastMs);
  const keptAfter = new Map<string, number>();
  for (;;) {
    const beganMs = sinceCalm();
    const evidence = evidenceAt(beganMs);
    const judged = await judgeAll(promises, evidence);
    for (const { name, verdict } of judged)
      if (isClean(verdict)) keptAfter.set(name, keptAfter.get(name) ?? beganMs);
      else keptAfter.delete(name);
    const isOver = judged.every(({ verdict }) => isClean(verdict)) || beganMs >= endsAtMs;
    if (isOver || signal.aborted)
      return {
        evidence,
        judged: judged.map((each) => ({ ...each, keptAfterMs: keptAfter.get(each.name) ?? null })),
      };
    await pause(everyMs, signal);
  }
};
