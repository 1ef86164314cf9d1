import { pause } from "../shared/runtime/retry.ts";
import type { Act, ShopUnderProof } from "./promise.ts";

/** Longest that one act may take: one that hangs is a failed one. */
const ACT_TIMEOUT_MS = 120_000;
/** One that was late and was told so has some time to put away what it has begun: it would be in the way of whatever comes next. */
const GRACE_MS = 60_000;

/** Whether the work was done in time; false as well where the signal aborts before. */
const isDoneWithin = async (work: Promise<unknown>, ms: number, signal: AbortSignal): Promise<boolean> => {
  const done = new AbortController();
  const isDone = work.then(() => true);
  const isLate = pause(ms, AbortSignal.any([signal, done.signal])).then(() => false);
  return Promise.race([isDone, isLate]).finally(() => done.abort());
};

/** Plays an act; where it fails, the evidence says so. Nobody waits for one whose run has been interrupted. */
export const playAct = async (
  act: Act,
  shop: ShopUnderProof,
  signal: AbortSignal,
  graceMs = GRACE_MS,
): Promise<unknown> => {
  const { timeoutMs = ACT_TIMEOUT_MS } = act;
  const late = new AbortController();
  const played = act
    .play(shop, AbortSignal.any([signal, late.signal]))
    .catch((error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }));
  if (await isDoneWithin(played, timeoutMs, signal)) return played;
  late.abort();
  await isDoneWithin(played, graceMs, signal);
  return { failed: signal.aborted ? "it was interrupted" : `it had not ended after ${timeoutMs} ms` };
};
