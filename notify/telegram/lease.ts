/** How long an instance that died keeps the others from polling. */
export const LEASE_MS = 10_000;
export const LEASE_RENEW_MS = 3_000;

/** Where instances meet. */
export interface LeaseStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
}

export interface Lease {
  /** True when this instance holds it now; prolongs it then. */
  hold(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * One poller a bot. Not exact (look and prolong are two steps), and need not be: Telegram itself ends the poll of
 * whoever came first with a 409.
 */
export const createLease = (store: LeaseStore, key: string, holder: string): Lease => ({
  async hold() {
    if ((await store.get(key)) === holder) {
      await store.set(key, holder, LEASE_MS);
      return true;
    }
    return store.setIfAbsent(key, holder, LEASE_MS);
  },
  async release() {
    if ((await store.get(key)) === holder) await store.delete(key);
  },
});
