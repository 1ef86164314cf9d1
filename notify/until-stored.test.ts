import { expect, test } from "bun:test";
import { KioskError, unavailable } from "../shared/kernel/errors.ts";
import { createUntilStored } from "./until-stored.ts";

/** Fails so often before it works. */
const storeAfter = (failures: number, error: unknown) => {
  let calls = 0;
  return {
    store: async () => {
      calls += 1;
      if (calls <= failures) throw error;
      return "stored";
    },
    calls: () => calls,
  };
};

test("a write is repeated while the database is away", async () => {
  const { store, calls } = storeAfter(2, unavailable("away"));
  expect(await createUntilStored(new AbortController().signal)(store)).toBe("stored");
  expect(calls()).toBe(3);
});

test("a write that stood in another's way is repeated", async () => {
  const { store, calls } = storeAfter(2, Object.assign(new Error("deadlock detected"), { code: "40P01" }));
  expect(await createUntilStored(new AbortController().signal)(store)).toBe("stored");
  expect(calls()).toBe(3);
});

test("another failure is not repeated", async () => {
  const { store, calls } = storeAfter(1, new KioskError("CONFLICT", "no"));
  await expect(createUntilStored(new AbortController().signal)(store)).rejects.toMatchObject({
    code: "CONFLICT",
  });
  expect(calls()).toBe(1);
});

test("it ends with the worker, and when its time is up", async () => {
  const stopping = new AbortController();
  const { store } = storeAfter(Number.POSITIVE_INFINITY, unavailable("away"));
  const waiting = createUntilStored(stopping.signal)(store);
  stopping.abort();
  await expect(waiting).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(createUntilStored(new AbortController().signal, 0)(store)).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
});
