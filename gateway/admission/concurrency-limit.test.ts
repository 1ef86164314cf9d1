import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { initialLimit, type LimitBounds, type LimitState, nextLimit } from "./concurrency-limit.ts";

const bounds: LimitBounds = { min: 8, max: 1_024, patienceMs: 250 };

/** A service that answers so many calls a second and takes so long for each while it is at rest. */
interface Server {
  readonly perSecond: number;
  readonly restMs: number;
}

/** What is seen of a server while so many clients wait for it: by Little's law, each waits for all that are before it. */
const seenOf = ({ perSecond, restMs }: Server, underWay: number) => ({
  medianMs: Math.max(restMs, (1_000 * underWay) / perSecond),
  mostUnderWay: underWay,
});

/** Windows of an endless crowd, in which every place is taken. */
const underFlood = (
  server: Server,
  windows: number,
  from: LimitState = initialLimit(bounds),
): LimitState[] => {
  const states: LimitState[] = [];
  let state = from;
  for (let window = 0; window < windows; window += 1) {
    state = nextLimit(state, seenOf(server, Math.floor(state.limit)), bounds);
    states.push(state);
  }
  return states;
};

const last = (states: readonly LimitState[]): LimitState => states.at(-1) ?? initialLimit(bounds);

describe("a limit by measured latency", () => {
  test("begins wide, so that a crowd at a rested door is let in", () => {
    expect(initialLimit(bounds).limit).toBe(bounds.max);
  });

  test("stays wide while a fast service keeps up", () => {
    expect(last(underFlood({ perSecond: 100_000, restMs: 2 }, 100)).limit).toBe(bounds.max);
  });

  test("narrows until a slow service answers within patience, and still keeps it busy", () => {
    const server = { perSecond: 400, restMs: 20 };
    for (const { limit } of underFlood(server, 200).slice(50)) {
      // So many under way give the service no rest …
      expect((1_000 * limit) / server.restMs).toBeGreaterThan(server.perSecond);
      // … and nobody waits for much longer than patience allows.
      expect(seenOf(server, limit).medianMs).toBeLessThan(1.2 * bounds.patienceMs);
    }
  });

  test("a service that is far away is not taken for one that is overloaded", () => {
    let state = initialLimit(bounds);
    for (let window = 0; window < 100; window += 1)
      state = nextLimit(state, { medianMs: 400, mostUnderWay: 50 }, bounds);
    expect(state.limit).toBe(bounds.max);
  });

  test("learns from the least of places that a service has become slower, and opens again", () => {
    const fast = last(underFlood({ perSecond: 10_000, restMs: 5 }, 50));
    const far = { perSecond: 1_000, restMs: 600 };
    const states = underFlood(far, 300, fast);
    expect(Math.min(...states.map(({ limit }) => limit))).toBe(bounds.min);
    expect(last(states).limit).toBeGreaterThan((far.perSecond * far.restMs) / 1_000);
  });

  test("no lasting overload becomes what is usual", () => {
    const server = { perSecond: 400, restMs: 20 };
    const rested = nextLimit(initialLimit(bounds), seenOf(server, 1), bounds);
    for (const begin of [rested, initialLimit(bounds)]) {
      const flooded = last(underFlood(server, 20_000, begin));
      expect(flooded.calmMs).toBe(begin.calmMs);
      expect(seenOf(server, flooded.limit).medianMs).toBeLessThan(1.2 * bounds.patienceMs);
    }
  });

  test("is wide again within a hundred windows after a fault", () => {
    const hung = underFlood({ perSecond: 2, restMs: 5_000 }, 50, {
      limit: bounds.max,
      calmMs: 5,
    });
    expect(last(hung).limit).toBeLessThan(50);
    const healed = underFlood({ perSecond: 10_000, restMs: 5 }, 100, last(hung));
    expect(last(healed).limit).toBe(bounds.max);
  });

  test("does not grow while it is not made use of", () => {
    const state = { limit: 100, calmMs: 5 };
    expect(nextLimit(state, { medianMs: 5, mostUnderWay: 10 }, bounds).limit).toBe(100);
  });

  test("keeps its bounds whatever is seen", () => {
    const window = fc.record({
      medianMs: fc.double({ min: 0, max: 100_000, noNaN: true }),
      mostUnderWay: fc.nat(5_000),
    });
    fc.assert(
      fc.property(fc.array(window, { maxLength: 200 }), (windows) => {
        let state = initialLimit(bounds);
        for (const seen of windows) {
          const before = state;
          state = nextLimit(state, seen, bounds);
          expect(state.limit).toBeGreaterThanOrEqual(bounds.min);
          expect(state.limit).toBeLessThanOrEqual(bounds.max);
          // What is answered in good time never costs a place.
          if (seen.medianMs <= bounds.patienceMs) expect(state.limit).toBeGreaterThanOrEqual(before.limit);
          expect(state.calmMs ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
