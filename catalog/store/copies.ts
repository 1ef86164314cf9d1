/** Values by key that are dropped when there are too many of them or when they grow old; get, set, delete and clear as a Map. */
export interface Copies<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): unknown;
  delete(key: string): unknown;
  clear(): void;
}

export interface CopyLimits<Value> {
  /** So many of them; the least used ones go. */
  readonly max: number;
  /** How long one lives, in milliseconds; for ever where it is not said. */
  readonly ttlMs?: number;
  /** What all of them take together at most, and what one does: a number above 0, of characters or whatever the two agree on. */
  readonly size?: { readonly max: number; readonly of: (value: Value) => number };
}

/** Makes a place for copies. */
export type NewCopies = <Value extends object | string>(limits: CopyLimits<Value>) => Copies<Value>;

/** One load at a time for each key: see `shared/runtime/loads.ts`. */
export interface SharedLoads<Value> {
  load(key: string, read: () => Promise<Value>, keep: (value: Value) => void): Promise<Value>;
  has(key: string): boolean;
  dropAll(): void;
}
export type NewLoads = <Value>() => SharedLoads<Value>;

/** Where what was asked for came from; `joined`: somebody was loading it already. */
export const cacheLayers = ["memory", "redis", "database", "joined"] as const;
export type CacheLayer = (typeof cacheLayers)[number];

/** How often each layer answered, counted here and read when somebody scrapes. */
export type CacheCounts = Record<CacheLayer, number>;

/** Copies that all instances share, under keys that are never given another value. Never fails and never takes long. */
export interface SharedCopies {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): void;
}

/** What copies in memory are made with. */
export interface CopyMakers {
  readonly newCopies: NewCopies;
  readonly newLoads: NewLoads;
}
