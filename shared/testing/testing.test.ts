import { describe, expect, test } from "bun:test";
import { fakeClock } from "./fake-clock.ts";
import { silentLogger } from "./silent-logger.ts";
import { spec } from "./spec.ts";
import { waitFor } from "./wait-for.ts";

describe("waitFor", () => {
  test("resolves with the first truthy value", async () => {
    let calls = 0;
    const value = await waitFor(() => (++calls === 3 ? { calls } : undefined), { everyMs: 1 });
    expect(value).toEqual({ calls: 3 });
  });

  test("says in vain for what it waited", async () => {
    const waiting = waitFor(() => false, { timeoutMs: 5, everyMs: 1, what: "the moon" });
    await expect(waiting).rejects.toThrow("Waited 5 ms in vain for the moon.");
  });
});

describe("the fake clock", () => {
  test("moves when it is told, and only then", () => {
    const clock = fakeClock("2026-05-01T00:00:00.000Z");
    const before = clock.now();
    clock.advance(1_500);
    expect(clock.now().toISOString()).toBe("2026-05-01T00:00:01.500Z");
    expect(before.toISOString()).toBe("2026-05-01T00:00:00.000Z");
    clock.set("2027-01-01T00:00:00.000Z");
    expect(clock.now().getUTCFullYear()).toBe(2027);
  });
});

describe("the silent logger", () => {
  test("remembers the lines of its children with their fields", () => {
    const log = silentLogger();
    log.child({ service: "orders" }).warn("slow", { ms: 9 });
    expect(log.lines).toEqual([{ level: "warn", message: "slow", fields: { service: "orders", ms: 9 } }]);
  });
});

describe("spec", () => {
  const door = {
    initial: "closed",
    decide: (state: string, input: string): string[] => {
      if (input === "kick") {
        throw new Error("doors are not kicked");
      }
      return state === "closed" && input === "open" ? ["creak"] : [];
    },
    evolve: (_state: string, input: string) => (input === "open" ? "open" : "closed"),
  };

  test("decides on the state that the given inputs led to", () => {
    spec(door).when("open").then(["creak"]);
    spec(door).given(["open"]).when("open").thenNothing();
    spec(door).given(["open", "close"]).when("open").thenState("open");
    spec(door).when("kick").thenThrows("not kicked");
  });

  test("fails when something else follows", () => {
    expect(() => spec(door).when("open").then([])).toThrow();
    expect(() => spec(door).when("open").thenThrows("no")).toThrow(/was not/);
  });
});
