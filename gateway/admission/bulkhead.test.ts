import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Bulkhead, type BulkheadOptions, LINE_REST_MS, QUEUE_WAIT_MS, type Stopwatch } from "./bulkhead.ts";

/** A clock that stands still, with its timers. */
const stopwatch = () => {
  let nowMs = 0;
  let timers: { atMs: number; work: () => void }[] = [];
  const time: Stopwatch = {
    nowMs: () => nowMs,
    after: (ms, work) => void timers.push({ atMs: nowMs + ms, work }),
  };
  return {
    time,
    /** How many timers are set. */
    timers: () => timers.length,
    advance(ms: number) {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = timers.toSorted((a, b) => a.atMs - b.atMs);
        if (next === undefined || next.atMs > endMs) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = next.atMs;
        next.work();
      }
      nowMs = endMs;
    },
  };
};

const narrow: BulkheadOptions = { min: 2, max: 2, patienceMs: 100, queueMax: 2 };

const build = (options: BulkheadOptions = narrow) => {
  const clock = stopwatch();
  return { clock, bulkhead: new Bulkhead(options, clock.time) };
};

/** What became of a wait, as far as it is known. */
const outcomeOf = (entered: boolean | Promise<boolean>) => {
  const seen: { value: boolean | null } = { value: typeof entered === "boolean" ? entered : null };
  if (typeof entered !== "boolean")
    void entered.then((value) => {
      seen.value = value;
    });
  return seen;
};

const acts = ["enter", "leave", "answer", "wait"] as const;

/** Calls of a crowd as it comes, and how many of them are inside by their own count. */
const crowd = (options: BulkheadOptions) => {
  const { clock, bulkhead } = build(options);
  let inside = 0;
  const admit = (hasPlace: boolean) => {
    if (hasPlace) inside += 1;
  };
  const enter = async () => admit(await bulkhead.enter());
  const leave = () => {
    if (inside === 0) return;
    inside -= 1;
    bulkhead.leave();
  };
  const act = (what: (typeof acts)[number], ms: number) => {
    if (what === "enter") void enter();
    if (what === "leave") leave();
    if (what === "answer") bulkhead.answered(ms);
    if (what === "wait") clock.advance(ms);
  };
  return { clock, bulkhead, act, inside: () => inside };
};

const keepsItsPlaces = async (
  steps: readonly (readonly [(typeof acts)[number], number])[],
): Promise<void> => {
  const options = { min: 2, max: 6, patienceMs: 50, queueMax: 3 };
  const { clock, bulkhead, act, inside } = crowd(options);
  for (const [what, ms] of steps) {
    act(what, ms);
    // As long as a promise takes to be heard through two functions.
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
    expect(bulkhead.taken).toBe(inside());
    expect(bulkhead.taken).toBeLessThanOrEqual(options.max);
    expect(bulkhead.waiting).toBeLessThanOrEqual(options.queueMax);
    // Nobody waits beside a free place.
    if (bulkhead.waiting > 0) expect(bulkhead.taken).toBeGreaterThanOrEqual(bulkhead.limit);
  }
  clock.advance(QUEUE_WAIT_MS);
  expect(bulkhead.waiting).toBe(0);
};

describe("a bulkhead", () => {
  test("gives its places at once, then a short line, then nothing", () => {
    const { bulkhead } = build();
    expect([bulkhead.enter(), bulkhead.enter()]).toEqual([true, true]);
    expect(bulkhead.isFull).toBe(false);
    expect([bulkhead.enter(), bulkhead.enter()]).toEqual([expect.any(Promise), expect.any(Promise)]);
    expect(bulkhead.isFull).toBe(true);
    expect(bulkhead.enter()).toBe(false);
    expect([bulkhead.taken, bulkhead.waiting, bulkhead.refused]).toEqual([2, 2, 1]);
  });

  test("who waited first goes in first", async () => {
    const { bulkhead } = build();
    void bulkhead.enter();
    void bulkhead.enter();
    const [first, second] = [outcomeOf(bulkhead.enter()), outcomeOf(bulkhead.enter())];
    bulkhead.leave();
    await Promise.resolve();
    expect([first.value, second.value]).toEqual([true, null]);
    expect([bulkhead.taken, bulkhead.waiting]).toEqual([2, 1]);
  });

  test("who has waited long enough is refused, and who came later still waits", async () => {
    const { bulkhead, clock } = build();
    void bulkhead.enter();
    void bulkhead.enter();
    const first = outcomeOf(bulkhead.enter());
    clock.advance(QUEUE_WAIT_MS - 1);
    const second = outcomeOf(bulkhead.enter());
    clock.advance(1);
    await Promise.resolve();
    expect([first.value, second.value, bulkhead.refused]).toEqual([false, null, 1]);
    clock.advance(QUEUE_WAIT_MS);
    await Promise.resolve();
    expect([second.value, bulkhead.waiting, bulkhead.taken]).toEqual([false, 0, 2]);
  });

  test("where somebody has waited in vain nobody waits for a while: the next ones are refused at once", () => {
    const { bulkhead, clock } = build();
    void bulkhead.enter();
    void bulkhead.enter();
    void bulkhead.enter();
    clock.advance(QUEUE_WAIT_MS);
    expect([bulkhead.isFull, bulkhead.enter(), bulkhead.refused]).toEqual([true, false, 2]);
    bulkhead.leave();
    expect([bulkhead.isFull, bulkhead.enter()]).toEqual([false, true]);
    clock.advance(LINE_REST_MS);
    expect([bulkhead.isFull, bulkhead.enter()]).toEqual([false, expect.any(Promise)]);
  });

  test("keeps one timer however often its line fills and empties", () => {
    const { bulkhead, clock } = build();
    void bulkhead.enter();
    void bulkhead.enter();
    for (let time = 0; time < 100; time += 1) {
      void bulkhead.enter();
      bulkhead.leave();
    }
    expect(clock.timers()).toBe(1);
    clock.advance(QUEUE_WAIT_MS);
    expect(clock.timers()).toBe(0);
  });

  const wide: BulkheadOptions = { min: 4, max: 64, patienceMs: 100, queueMax: 0 };
  /** One crowd after the other takes all places, for so many milliseconds; each call takes so long for each that is inside. */
  const crowds = (bulkhead: Bulkhead, clock: ReturnType<typeof stopwatch>, msEach: number, forMs: number) => {
    for (let elapsedMs = 0; elapsedMs < forMs; ) {
      let inside = 0;
      while (bulkhead.enter() === true) inside += 1;
      const tookMs = inside * msEach;
      clock.advance(tookMs);
      elapsedMs += tookMs;
      for (; inside > 0; inside -= 1) {
        bulkhead.answered(tookMs);
        bulkhead.leave();
      }
    }
  };

  test("narrows while answers are slow, and opens again within ten seconds of fast ones", () => {
    const { bulkhead, clock } = build(wide);
    crowds(bulkhead, clock, 1, 1_000);
    expect(bulkhead.limit).toBe(64);
    crowds(bulkhead, clock, 15, 20_000);
    expect(bulkhead.limit).toBeLessThan(10);
    crowds(bulkhead, clock, 1, 10_000);
    expect(bulkhead.limit).toBe(64);
  });

  test("what was asked before the limit changed does not change it again", () => {
    const { bulkhead, clock } = build(wide);
    crowds(bulkhead, clock, 1, 200);
    for (let call = 0; call < 64; call += 1) void bulkhead.enter();
    clock.advance(1_000);
    for (let call = 0; call < 8; call += 1) bulkhead.answered(1_000);
    const once = bulkhead.limit;
    expect(once).toBeLessThan(64);
    clock.advance(200);
    for (let call = 0; call < 56; call += 1) bulkhead.answered(1_200);
    expect(bulkhead.limit).toBe(once);
  });

  test("never has more inside than its most, more waiting than its line, or a place lost", async () => {
    const step = fc.tuple(fc.constantFrom(...acts), fc.integer({ min: 1, max: 400 }));
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 300 }), keepsItsPlaces));
  });
});
