import { describe, expect, test } from "bun:test";
import { pause } from "../../shared/runtime/retry.ts";
import type { ApiClient } from "../../tools/client/api-client.ts";
import type { CallRecord, Evidence, FaultRecord, ShopUnderProof, Verdict } from "../promise.ts";
import { allowedMs, bounds } from "./bounds.ts";
import { deployIsInvisible } from "./deploy-is-invisible.ts";
import { isProblem, saysTooMuch } from "./error-words.ts";
import { overloadDegrades } from "./overload-degrades.ts";
import { measureContention, withStalls } from "./stall-watch.ts";
import { survivesRestarts } from "./survives-restarts.ts";

// What is judged by times and counts alone, on evidence that is made by hand.

const readyShop = (status = 200): ShopUnderProof => {
  const api = { send: async () => ({ status, headers: new Headers(), body: null }) } as unknown as ApiClient;
  return { api, exits: [] as readonly unknown[], now: () => 60_000 } as unknown as ShopUnderProof;
};

const evidenceOf = (given: Partial<Evidence>): Evidence => ({
  ...{ seed: 1, calls: [], faults: [], acts: {}, calmSinceMs: 0, settledMs: 0, shop: readyShop() },
  ...given,
});

const wordsOf = ({ findings }: Verdict): string[] => findings.map(({ what }) => what);

const cut = (target: string, times: Partial<FaultRecord>): FaultRecord => ({
  ...{ kind: "cut", target, detail: "", struck: true, atMs: 0, endedAtMs: 1_000, recoveredAtMs: 1_500 },
  ...times,
});

describe("a server that comes back", () => {
  const { serverIsBackMs } = bounds;
  const judged = (faults: readonly FaultRecord[], shop = readyShop()) =>
    survivesRestarts.judge(evidenceOf({ faults, shop, acts: { "survives-any-restart": { servers: [] } } }));

  test("has to be used again in time, to the millisecond", async () => {
    expect(wordsOf(await judged([cut("redis", { recoveredAtMs: 1_000 + serverIsBackMs })]))).toEqual([]);
    expect(wordsOf(await judged([cut("redis", { recoveredAtMs: 1_001 + serverIsBackMs })]))).toEqual([
      `after cut of redis the shop was ready only after ${serverIsBackMs + 1} ms`,
    ]);
    expect(wordsOf(await judged([cut("rabbitmq", { recoveredAtMs: null })]))).toEqual([
      "after cut of rabbitmq the shop was not ready again",
    ]);
  });

  test("is not judged where the next fault came before the time was up, nor where it is a process or did not happen", async () => {
    const disturbed = [
      cut("postgres", { recoveredAtMs: null }),
      cut("orders", { atMs: 3_000, endedAtMs: 4_000 }),
    ];
    const { counted, findings } = await judged(disturbed);
    expect([counted.faultsOfServers, counted.undisturbed, findings]).toEqual([1, 0, []]);
    expect(wordsOf(await judged([cut("orders", { recoveredAtMs: null })]))).toEqual([]);
    expect(wordsOf(await judged([cut("redis", { recoveredAtMs: null, struck: false })]))).toEqual([]);
  });

  test("a shop that is not ready in the end is found", async () => {
    expect(wordsOf(await judged([], readyShop(503)))).toEqual(["the shop is not ready"]);
  });
});

describe("a deploy", () => {
  const call = (atMs: number, status: number | null): CallRecord => ({
    ...{ atMs, tookMs: 10, name: "product", method: "GET", path: "/v1/products/x?y=1", status },
  });
  const judged = (...calls: CallRecord[]) =>
    deployIsInvisible.judge(
      evidenceOf({ calls, acts: { "a-deploy-is-invisible": { fromMs: 100, toMs: 200, restarts: 6 } } }),
    );

  test("may be seen in nothing that was asked while it went on", async () => {
    expect(wordsOf(await judged(call(100, 200), call(150, 409), call(199, 404)))).toEqual([]);
    for (const status of [null, 401, 500, 502, 503])
      expect(await judged(call(95, status))).toMatchObject({ counted: { requests: 1, failed: 1 } });
  });

  test("before and after it other rules hold, and one that nobody was there to see proves nothing", async () => {
    expect(wordsOf(await judged(call(150, 200), call(80, null), call(201, 503)))).toEqual([]);
    expect(wordsOf(await judged(call(80, 200)))).toEqual(["nobody asked for anything during the deploy"]);
  });
});

describe("a flood", () => {
  const notes = {
    ...{ capacity: 400, goodput: 360, sentPerSecond: 2_000, refused: 100, refusedWithoutRetryAfter: 0 },
    ...{ refusedP50Ms: 52, refusedP99Ms: 200, others: {}, stallMs: 2, usualStallMs: 2, wellAgainMs: 5 },
    ...{ processorsInCalm: 1.8, processorsInFlood: 1.8, contentionInCalm: 1, contentionInFlood: 1 },
  };
  const judged = (changed: Partial<typeof notes>) =>
    overloadDegrades.judge(evidenceOf({ acts: { "overload-degrades": { ...notes, ...changed } } }));

  test("leaves room for nine tenths of what is taken in calm, of the machine that is left to the shop", async () => {
    expect(wordsOf(await judged({}))).toEqual([]);
    expect(wordsOf(await judged({ goodput: 350 }))).toEqual([
      "only 88 % of what is taken in calm was taken in a flood",
    ]);
    expect(await judged({ goodput: 180, processorsInFlood: 0.9 })).toMatchObject({
      counted: { wantedPercent: 45, goodputPercent: 45 },
      findings: [],
    });
  });

  test("is refused at once, but for what the sender itself was late by, and by nothing but refusals", async () => {
    expect(wordsOf(await judged({ refusedP50Ms: 53 }))).toEqual(["refusals took 53 ms"]);
    expect(wordsOf(await judged({ refusedP50Ms: 90, stallMs: 40, usualStallMs: 40 }))).toEqual([]);
    expect(wordsOf(await judged({ refusedP50Ms: 90, stallMs: 400 }))).toEqual(["refusals took 90 ms"]);
    expect(wordsOf(await judged({ refusedP50Ms: 102, contentionInCalm: 2, contentionInFlood: 2 }))).toEqual(
      [],
    );
    expect(wordsOf(await judged({ others: { "500": 1 } as never }))).toHaveLength(1);
  });

  test("on a machine that others have says nothing of speed, but of answers all the same", async () => {
    const busy = { goodput: 10, refusedP50Ms: 900, contentionInFlood: 3.1 };
    expect(await judged(busy)).toMatchObject({ notJudged: expect.any(String), findings: [] });
    const { notJudged, findings } = await judged({ ...busy, refusedWithoutRetryAfter: 1 });
    expect([notJudged, findings.length]).toEqual([undefined, 1]);
  });

  test("that was none is not judged", async () => {
    expect(await judged({ goodput: 500, refused: 0 })).toMatchObject({
      notJudged: expect.any(String),
      findings: [],
    });
  });
});

describe("a bound of time", () => {
  test("grows by the stall that was measured beside it, and by nothing else", async () => {
    expect(allowedMs(1_000, 0)).toBe(1_000);
    expect(allowedMs(1_000, 250.4)).toBe(1_250);
    const { result, stallMs, usualStallMs } = await withStalls(async () => {
      await pause(150);
      const until = performance.now() + 60;
      while (performance.now() < until);
      return "done";
    });
    expect(result).toBe("done");
    expect(stallMs).toBeGreaterThanOrEqual(40);
    expect(usualStallMs).toBeLessThanOrEqual(stallMs);
    expect(measureContention()).toBeGreaterThanOrEqual(1);
  });
});

describe("an answer tells too much", () => {
  const problem = (detail: string) =>
    JSON.stringify({
      type: "about:blank",
      title: "No",
      status: 500,
      code: "INTERNAL",
      requestId: "1",
      detail,
    });
  const leaks: readonly (readonly [what: string, detail: string])[] = [
    ["a stack", "Error: no\n    at place (/srv/kiosk/orders/service.ts:12:5)"],
    ["SQL", 'Failed query: update "stock_level" set reserved = $1 where sku = $2'],
    ["a name of the database", 'violates check constraint "stock_level_reserved_check"'],
    ["a network error", "connect ECONNREFUSED 127.0.0.1:5432"],
    ["an address of a server", "amqp://guest:secret@10.0.0.3:5672 is away"],
  ];
  for (const [what, detail] of leaks)
    test(`with ${what}`, () => expect(saysTooMuch(problem(detail))).toContain(what));

  test("and nothing that the shop says itself is taken for it", () => {
    for (const detail of [
      "More is asked of us just now than we can answer: try again in a moment.",
      "An order that is cancelled cannot be cancelled: it stays as it is.",
      "Select another product, or update your cart, where it says so.",
      "The code is wrong or has expired: check it, or ask for a new one.",
    ])
      expect([detail, saysTooMuch(problem(detail)), isProblem(problem(detail))]).toEqual([detail, [], true]);
    for (const text of ["Bad Gateway", '"Bad Gateway"', "<html></html>", "{}", ""])
      expect(isProblem(text)).toBe(false);
  });
});
