import { expect, test } from "bun:test";
import { type Patience, settle } from "./judging.ts";
import type { Evidence, ProvenPromise, Verdict } from "./promise.ts";

/** What a judge says, one after the other, and the last for ever. */
const promised = (name: string, ...verdicts: readonly (readonly string[] | Error)[]): ProvenPromise => {
  const left = [...verdicts];
  return {
    ...{ name, says: `${name} is kept` },
    async judge(): Promise<Verdict> {
      const next = (left.length > 1 ? left.shift() : left[0]) ?? [];
      if (next instanceof Error) throw next;
      return { counted: {}, findings: next.map((what) => ({ what, details: {} })) };
    },
    breaches: [{ name, says: "nothing", breakIt: async (evidence) => evidence }],
  };
};

const settled = (settleMs: number, ...promises: readonly ProvenPromise[]) =>
  settledWith({ settleMs, leastMs: 0 }, ...promises);

const settledWith = async (
  { settleMs, leastMs }: Omit<Patience, "everyMs">,
  ...promises: readonly ProvenPromise[]
) => {
  const beganAt = performance.now();
  const shop = { now: () => performance.now() - beganAt } as Evidence["shop"];
  const evidence = { seed: 1, calls: [], faults: [], acts: {}, calmSinceMs: 0, shop };
  const { judged } = await settle(
    promises,
    (settledMs) => ({ ...evidence, settledMs }),
    new AbortController().signal,
    { settleMs, leastMs, everyMs: 5 },
  );
  return judged.map(({ name, verdict, keptAfterMs }) => ({
    name,
    found: verdict.findings.map(({ what }) => what),
    isKept: keptAfterMs !== null,
  }));
};

test("who is judged too early is judged again", async () => {
  expect(await settled(30_000, promised("early", ["an order waits"], []), promised("at-once", []))).toEqual([
    { name: "early", found: [], isKept: true },
    { name: "at-once", found: [], isKept: true },
  ]);
});

test("who is judged for the first time when the time is over has a little more of it", async () => {
  const early = () => promised("early", ["an order waits"], []);
  expect(await settledWith({ settleMs: 0, leastMs: 30_000 }, early())).toMatchObject([{ isKept: true }]);
  expect(await settledWith({ settleMs: 0, leastMs: 0 }, early())).toMatchObject([{ isKept: false }]);
});

test("what is wrong when the time is over is a finding, and so is a judge who cannot judge", async () => {
  expect(
    await settled(0, promised("wrong", ["oversold"]), promised("failing", new Error("no such table"))),
  ).toEqual([
    { name: "wrong", found: ["oversold"], isKept: false },
    { name: "failing", found: ["it could not be judged"], isKept: false },
  ]);
});

test("what was kept and is not any more is a finding", async () => {
  expect(
    await settled(1, promised("late", [], ["a card came twice"]), promised("slow", ["not yet"], [])),
  ).toEqual([
    { name: "late", found: ["a card came twice"], isKept: false },
    { name: "slow", found: [], isKept: true },
  ]);
});
