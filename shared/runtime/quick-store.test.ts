import { expect, test } from "bun:test";
import { createMemoryTtlStore } from "../drivers/memory-ttl-store.ts";
import type { TtlStore } from "../ports/ttl-store.ts";
import { fakeClock } from "../testing/fake-clock.ts";
import { waitFor } from "../testing/wait-for.ts";
import { BREAKER_MIN_CALLS, BREAKER_OPEN_MS } from "./breaker.ts";
import { createQuickStore } from "./quick-store.ts";

const TTL_MS = 60_000;

/** A store that a test can make fail or fall silent; counts what is asked of it. */
const moodyStore = () => {
  const store = createMemoryTtlStore();
  const state = { asked: 0, mood: "well" as "well" | "failing" | "silent" };
  const moody = <Answer>(command: () => Promise<Answer>): Promise<Answer> => {
    state.asked += 1;
    if (state.mood === "failing") return Promise.reject(new Error("connection refused"));
    return state.mood === "silent" ? new Promise<Answer>(() => undefined) : command();
  };
  const wrapped: TtlStore = {
    ...store,
    get: (key) => moody(() => store.get(key)),
    set: (key, value, ttlMs) => moody(() => store.set(key, value, ttlMs)),
  };
  return { store: wrapped, state };
};

test("what was put is there, under its key", async () => {
  const { store } = moodyStore();
  const quick = createQuickStore({ store, clock: fakeClock() });
  expect(await quick.get("a")).toBeNull();
  quick.put("a", "1", TTL_MS);
  expect(await waitFor(() => quick.get("a"))).toBe("1");
});

test.each(["failing", "silent"] as const)(
  "a store that is %s is a miss; after some it is left alone, and asked again when it may be well",
  async (mood) => {
    const { store, state } = moodyStore();
    const clock = fakeClock();
    const quick = createQuickStore({ store, clock, deadlineMs: 20 });
    await store.set("a", "1", TTL_MS);
    state.mood = mood;
    for (let n = 0; n < BREAKER_MIN_CALLS; n += 1) expect(await quick.get("a")).toBeNull();
    const { asked } = state;
    quick.put("b", "2", TTL_MS);
    expect([await quick.get("a"), state.asked]).toEqual([null, asked]);
    state.mood = "well";
    clock.advance(BREAKER_OPEN_MS.first);
    expect(await quick.get("a")).toBe("1");
  },
);

test("what is put within the life of a value is bounded", async () => {
  const { store, state } = moodyStore();
  const clock = fakeClock();
  const quick = createQuickStore({ store, clock, putsMax: 3 });
  for (let n = 0; n < 5; n += 1) quick.put(`key-${n}`, "1", TTL_MS);
  expect(state.asked).toBe(3);
  clock.advance(TTL_MS);
  quick.put("later", "1", TTL_MS);
  expect(state.asked).toBe(4);
});
