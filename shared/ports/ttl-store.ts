/**
 * Values with an expiry (Redis, or in process with a bound). A cache and a meeting place of instances, never the
 * truth: everything in it may vanish at any time. Rejects with `UNAVAILABLE` when the store cannot be reached;
 * whether that is fatal is the caller's decision.
 */
export interface TtlStore {
  /** True where other processes see what this one sets. */
  readonly isShared: boolean;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** True when this call set it; false when the key was there already. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
