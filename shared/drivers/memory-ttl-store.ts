import { LRUCache } from "lru-cache";
import { unavailable } from "../kernel/errors.ts";
import type { TtlStore } from "../ports/ttl-store.ts";

/** Entries at most; the ones that were used longest ago give way. */
const MAX_ENTRIES = 100_000;

/** Values with an expiry within one process, bounded. */
export const createMemoryTtlStore = ({ maxEntries = MAX_ENTRIES } = {}): TtlStore => {
  const entries = new LRUCache<string, { value: string }>({ max: maxEntries });
  let closed = false;
  const refuseIfClosed = () => {
    if (closed) throw unavailable("The store is closed.");
  };
  return {
    isShared: false,
    async get(key) {
      refuseIfClosed();
      return entries.get(key)?.value ?? null;
    },
    async set(key, value, ttlMs) {
      refuseIfClosed();
      entries.set(key, { value }, { ttl: ttlMs });
    },
    async setIfAbsent(key, value, ttlMs) {
      refuseIfClosed();
      if (entries.has(key)) return false;
      entries.set(key, { value }, { ttl: ttlMs });
      return true;
    },
    async delete(key) {
      refuseIfClosed();
      entries.delete(key);
    },
    async ping() {
      refuseIfClosed();
    },
    async close() {
      closed = true;
      entries.clear();
    },
  };
};
