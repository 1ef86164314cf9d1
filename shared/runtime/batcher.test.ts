import { describe, expect, test } from "bun:test";
import { conflict, isKioskError, unavailable } from "../kernel/errors.ts";
import { refused, type Settled, settled } from "../kernel/settled.ts";
import { waitFor } from "../testing/wait-for.ts";
import { createBatcher } from "./batcher.ts";

/** A `run` that finishes only when told, and remembers what it was given. */
const heldBack = () => {
  const batches: number[][] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  return {
    batches,
    async run(items: readonly number[]): Promise<Settled<number>[]> {
      const gate = Promise.withResolvers<void>();
      batches.push([...items]);
      gates.push(gate);
      await gate.promise;
      return items.map((item) => settled(item * 10));
    },
    async finish(batch: number) {
      const gate = await waitFor(() => gates[batch], { what: `batch ${batch} to begin` });
      gate.resolve();
    },
  };
};

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: unknown) => error,
  );

describe("the batcher", () => {
  test("runs a lone call at once and answers it", async () => {
    const call = createBatcher({
      run: async (items: readonly number[]) => items.map((item) => settled(item + 1)),
      batchMax: 10,
      queueMax: 10,
    });
    expect(await call(1)).toBe(2);
    expect(await call(2)).toBe(3);
  });

  test("collects what arrives while a batch is in flight, up to the most that one may take", async () => {
    const work = heldBack();
    const call = createBatcher({ run: work.run, batchMax: 3, queueMax: 10 });
    const first = call(1);
    await waitFor(() => work.batches.length === 1);
    const others = [2, 3, 4, 5].map(call);
    await work.finish(0);
    await work.finish(1);
    await work.finish(2);
    expect(await Promise.all([first, ...others])).toEqual([10, 20, 30, 40, 50]);
    expect(work.batches).toEqual([[1], [2, 3, 4], [5]]);
  });

  test("takes from the lanes by turns, each in its order, so that a rush for one thing holds up no other", async () => {
    const work = heldBack();
    const laneOf = (item: number) => (item < 100 ? "rush" : String(item % 100));
    const call = createBatcher({ run: work.run, batchMax: 4, queueMax: 100, laneOf });
    const first = call(0);
    await waitFor(() => work.batches.length === 1);
    const others = [1, 2, 3, 4, 5, 101, 201, 102].map(call);
    for (const batch of [0, 1, 2]) await work.finish(batch);
    await Promise.all([first, ...others]);
    expect(work.batches).toEqual([[0], [1, 101, 102, 2], [201, 3, 4, 5]]);
  });

  test("lets one lane fill half of the queue at most", async () => {
    const work = heldBack();
    const laneOf = (item: number) => (item < 100 ? "rush" : "other");
    const call = createBatcher({ run: work.run, batchMax: 10, queueMax: 4, laneOf });
    const first = call(0);
    await waitFor(() => work.batches.length === 1);
    const rush = [call(1), call(2)];
    expect(isKioskError(await caught(call(3)), "UNAVAILABLE")).toBe(true);
    const others = [call(100), call(101)];
    expect(isKioskError(await caught(call(102)), "UNAVAILABLE")).toBe(true);
    await work.finish(0);
    await work.finish(1);
    await Promise.all([first, ...rush, ...others]);
  });

  test("has one batch in flight at a time", async () => {
    let inFlight = 0;
    let most = 0;
    const call = createBatcher({
      async run(items: readonly number[]) {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await Promise.resolve();
        inFlight -= 1;
        return items.map(settled);
      },
      batchMax: 2,
      queueMax: 100,
    });
    await Promise.all(Array.from({ length: 20 }, (_, i) => call(i)));
    expect(most).toBe(1);
  });

  test("refuses with UNAVAILABLE and a time to come back when the queue is full", async () => {
    const work = heldBack();
    const call = createBatcher({ run: work.run, batchMax: 1, queueMax: 1 });
    const first = call(1);
    await waitFor(() => work.batches.length === 1);
    const second = call(2);
    const error = await caught(call(3));
    expect(isKioskError(error, "UNAVAILABLE") && error.details.retryAfterSeconds).toBe(1);
    await work.finish(0);
    await work.finish(1);
    expect(await Promise.all([first, second])).toEqual([10, 20]);
  });

  test("lets a refused call fail alone", async () => {
    const call = createBatcher({
      run: async (items: readonly number[]) =>
        items.map((item) => (item === 2 ? refused<number>(conflict("two")) : settled(item))),
      batchMax: 10,
      queueMax: 10,
    });
    const [one, two, three] = await Promise.allSettled([call(1), call(2), call(3)]);
    expect([one?.status, two?.status, three?.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("finds the one call that breaks a whole batch, and does the others", async () => {
    const done: number[] = [];
    const call = createBatcher({
      async run(items: readonly number[]) {
        if (items.includes(7)) throw new Error("seven breaks its transaction");
        done.push(...items);
        return items.map(settled);
      },
      batchMax: 100,
      queueMax: 100,
    });
    const results = await Promise.allSettled(Array.from({ length: 16 }, (_, i) => call(i)));
    expect(results.flatMap((result, i) => (result.status === "rejected" ? [i] : []))).toEqual([7]);
    expect(done.toSorted((a, b) => a - b)).toEqual([...Array(16).keys()].filter((i) => i !== 7));
  });

  test("does not repeat a batch that failed because the database is away", async () => {
    let runs = 0;
    const call = createBatcher<number, number>({
      async run() {
        runs += 1;
        throw unavailable("away");
      },
      batchMax: 10,
      queueMax: 10,
    });
    const errors = await Promise.all([1, 2, 3].map((item) => caught(call(item))));
    expect(errors.every((error) => isKioskError(error, "UNAVAILABLE"))).toBe(true);
    expect(runs).toBe(1);
  });

  test("goes on after a failure, and tells a caller whose outcome is missing", async () => {
    const call = createBatcher({
      run: async (items: readonly number[]) => items.slice(1).map(settled),
      batchMax: 10,
      queueMax: 10,
    });
    expect(String(await caught(call(1)))).toContain("fewer outcomes");
    const [, last] = await Promise.allSettled([call(1), call(2)]);
    expect(last?.status).toBe("rejected");
  });
});
