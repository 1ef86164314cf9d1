import type { Socket } from "node:net";

/** How fast a line carries what is given to it. */
export interface Pace {
  readonly latencyMs: number;
  /** Each chunk takes as much more or less, at random. */
  readonly jitterMs: number;
  readonly bytesPerSecond: number;
}

export const FREE: Pace = { latencyMs: 0, jitterMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };

/** Chunks on a line before nothing more is taken from its source. */
const UNDER_WAY_MAX = 64;

/** Carries chunks from one socket to the other at a pace, in their order; the source is not read faster than the other end takes. */
export const createPacedLine = (from: Socket, to: Socket, paceNow: () => Pace) => {
  const underWay: (() => void)[] = [];
  let freeAtMs = 0;
  let isFull = false;
  const readOn = () => {
    if (!isFull && underWay.length < UNDER_WAY_MAX) from.resume();
  };

  const after = (bytes: number, work: () => void): void => {
    const { latencyMs, jitterMs, bytesPerSecond } = paceNow();
    const now = performance.now();
    const delayMs = latencyMs + jitterMs * (2 * Math.random() - 1);
    // Nothing overtakes what is before it.
    freeAtMs = Math.max(freeAtMs, now + Math.max(0, delayMs)) + (1_000 * bytes) / bytesPerSecond;
    if (underWay.length === 0 && freeAtMs <= now) {
      work();
      return;
    }
    underWay.push(work);
    if (underWay.length >= UNDER_WAY_MAX) from.pause();
    // Timers of one moment may come in any order: each does what is first.
    setTimeout(() => {
      underWay.shift()?.();
      readOn();
    }, freeAtMs - now);
  };
  const carry = (chunk: Buffer | string) => {
    if (to.destroyed || to.write(chunk)) return;
    isFull = true;
    from.pause();
    to.once("drain", () => {
      isFull = false;
      readOn();
    });
  };
  return {
    write: (chunk: Buffer | string) => after(Buffer.byteLength(chunk), () => carry(chunk)),
    /** Does something once all that was written has arrived. */
    finish: (work: () => void) => after(0, work),
  };
};
