import { describe, expect, test } from "bun:test";
import type { TtlStore } from "../ports/ttl-store.ts";
import { waitFor } from "../testing/wait-for.ts";

export interface TtlStoreHarness {
  readonly store: TtlStore;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** What every driver of the `TtlStore` port must do. */
export const ttlStoreConformance = (
  open: () => Promise<TtlStoreHarness>,
  { isShared }: { readonly isShared: boolean },
): void => {
  const withStore = async (run: (store: TtlStore, key: string) => Promise<void>) => {
    const { store, close } = await open();
    const key = `test-${crypto.randomUUID()}`;
    try {
      await run(store, key);
    } finally {
      await store.delete(key);
      await close();
    }
  };

  describe("a TTL store", () => {
    test("gives back what was set, and null for what was not", () =>
      withStore(async (store, key) => {
        expect(await store.get(key)).toBeNull();
        await store.set(key, "välue", MINUTE_MS);
        expect(await store.get(key)).toBe("välue");
        await store.set(key, "", MINUTE_MS);
        expect(await store.get(key)).toBe("");
      }));

    test("forgets a value when its time is over", () =>
      withStore(async (store, key) => {
        await store.set(key, "short", 30);
        await waitFor(async () => (await store.get(key)) === null, { what: "the value to expire" });
        expect(await store.setIfAbsent(key, "next", MINUTE_MS)).toBe(true);
      }));

    test("deletes, also what is not there", () =>
      withStore(async (store, key) => {
        await store.set(key, "value", MINUTE_MS);
        await store.delete(key);
        await store.delete(key);
        expect(await store.get(key)).toBeNull();
      }));

    test("lets exactly one of 50 parallel callers set an absent key", () =>
      withStore(async (store, key) => {
        const tries = Array.from({ length: 50 }, (_, i) => store.setIfAbsent(key, `caller ${i}`, MINUTE_MS));
        const won = (await Promise.all(tries)).flatMap((wins, i) => (wins ? [i] : []));
        expect(won).toHaveLength(1);
        expect(await store.get(key)).toBe(`caller ${won[0]}`);
      }));

    test(`${isShared ? "is" : "is not"} one with other processes: who opens it again finds ${isShared ? "the same" : "nothing"}`, () =>
      withStore(async (store, key) => {
        expect(store.isShared).toBe(isShared);
        await store.set(key, "value", MINUTE_MS);
        const another = await open();
        expect(await another.store.get(key)).toBe(isShared ? "value" : null);
        await another.close();
      }));

    test("answers a ping", () => withStore((store) => store.ping()));
  });
};
