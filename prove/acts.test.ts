import { expect, test } from "bun:test";
import { pause } from "../shared/runtime/retry.ts";
import { playAct } from "./acts.ts";
import type { Act, ShopUnderProof } from "./promise.ts";

const shop = {} as ShopUnderProof;
const never = () => new Promise<never>(() => undefined);
const played = (act: Omit<Act, "when">, signal = new AbortController().signal, graceMs = 5_000) =>
  playAct({ when: "calm", ...act }, shop, signal, graceMs);

test("what an act answers is noted, and so is why it failed", async () => {
  expect(await played({ play: async () => ({ orders: 3 }) })).toEqual({ orders: 3 });
  expect(await played({ play: () => Promise.reject(new Error("no way in")) })).toEqual({
    failed: "no way in",
  });
});

test("one that is late is told, has put away what it had begun when the next one begins, and has failed", async () => {
  let isPutAway = false;
  const outcome = await played({
    timeoutMs: 1,
    async play(_shop, signal) {
      await pause(60_000, signal);
      await pause(20);
      isPutAway = true;
      return { orders: 3 };
    },
  });
  expect([outcome, isPutAway]).toEqual([{ failed: "it had not ended after 1 ms" }, true]);
});

test("one that hangs whatever it is told is left alone", async () => {
  expect(await played({ timeoutMs: 1, play: never }, undefined, 1)).toEqual({
    failed: "it had not ended after 1 ms",
  });
});

test("nobody waits for one whose run is interrupted", async () => {
  const interrupted = new AbortController();
  const outcome = played({ play: never }, interrupted.signal);
  interrupted.abort();
  expect(await outcome).toEqual({ failed: "it was interrupted" });
});
