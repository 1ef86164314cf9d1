import { expect, test } from "bun:test";
import { ttlStoreConformance } from "../conformance/ttl-store.ts";
import { createMemoryTtlStore } from "./memory-ttl-store.ts";

ttlStoreConformance(
  async () => {
    const store = createMemoryTtlStore();
    return { store, close: () => store.close() };
  },
  { isShared: false },
);

test("a full store drops what was used longest ago", async () => {
  const store = createMemoryTtlStore({ maxEntries: 2 });
  await store.set("a", "1", 60_000);
  await store.set("b", "2", 60_000);
  await store.get("a");
  await store.set("c", "3", 60_000);
  expect(await store.get("b")).toBeNull();
  expect(await store.get("a")).toBe("1");
});
