import { describe, expect, test } from "bun:test";
import { fakeClock } from "../testing/fake-clock.ts";
import { BREAKER_MIN_CALLS, BREAKER_OPEN_MS, BREAKER_WINDOW_MS, Breaker } from "./breaker.ts";

const failTimes = (breaker: Breaker, times: number) => {
  for (let call = 0; call < times; call += 1) {
    breaker.tryAcquire();
    breaker.record(false);
  }
};

describe("a circuit breaker", () => {
  test("stays closed before it has seen enough calls", () => {
    const breaker = new Breaker(fakeClock());
    failTimes(breaker, BREAKER_MIN_CALLS - 1);
    expect(breaker.state).toBe("closed");
  });

  test("opens when half of the calls failed, and lets exactly one through after a while", () => {
    const clock = fakeClock();
    const breaker = new Breaker(clock);
    for (let call = 0; call < BREAKER_MIN_CALLS; call += 1) breaker.record(call % 2 === 0);
    expect(breaker.tryAcquire()).toBe(false);
    clock.advance(BREAKER_OPEN_MS.first);
    expect([breaker.tryAcquire(), breaker.tryAcquire()]).toEqual([true, false]);
  });

  test("lets another through when the one that went out was abandoned", () => {
    const clock = fakeClock();
    const breaker = new Breaker(clock);
    failTimes(breaker, BREAKER_MIN_CALLS);
    clock.advance(BREAKER_OPEN_MS.first);
    expect(breaker.tryAcquire()).toBe(true);
    breaker.abandon();
    expect([breaker.state, breaker.tryAcquire(), breaker.tryAcquire()]).toEqual(["half-open", true, false]);
  });

  const probe = (breaker: Breaker, ok: boolean) => {
    expect(breaker.tryAcquire()).toBe(true);
    breaker.record(ok);
  };

  test("closes when the probe succeeds, and opens again for twice as long when it fails", () => {
    const clock = fakeClock();
    const breaker = new Breaker(clock);
    failTimes(breaker, BREAKER_MIN_CALLS);
    clock.advance(BREAKER_OPEN_MS.first);
    probe(breaker, false);
    clock.advance(2 * BREAKER_OPEN_MS.first - 1);
    expect(breaker.state).toBe("open");
    clock.advance(1);
    probe(breaker, true);
    expect(breaker.state).toBe("closed");
  });

  test("stays open no longer than its bound, and shortly again once it has been closed", () => {
    const clock = fakeClock();
    const breaker = new Breaker(clock);
    failTimes(breaker, BREAKER_MIN_CALLS);
    for (let probes = 0; probes < 10; probes += 1) {
      clock.advance(BREAKER_OPEN_MS.most);
      probe(breaker, false);
    }
    clock.advance(BREAKER_OPEN_MS.most);
    probe(breaker, true);
    failTimes(breaker, BREAKER_MIN_CALLS);
    clock.advance(BREAKER_OPEN_MS.first);
    expect(breaker.state).toBe("half-open");
  });

  test("forgets failures that are older than its window", () => {
    const clock = fakeClock();
    const breaker = new Breaker(clock);
    failTimes(breaker, BREAKER_MIN_CALLS - 1);
    clock.advance(BREAKER_WINDOW_MS);
    failTimes(breaker, 1);
    expect(breaker.state).toBe("closed");
  });
});
