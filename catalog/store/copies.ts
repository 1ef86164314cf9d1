/** Values by key that are dropped when there are too many of them or when they grow old; get, set, delete and clear as a Map. */
export interface Copies<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): unknown;
  delete(key: string): unknown;
  clear(): void;
}

/** Makes a place for copies: `max` of them, the least used ones go; `ttlMs` (none: for ever) is how long one lives. */
export type NewCopies = <Value extends object | string>(limits: {
  readonly max: number;
  readonly ttlMs?: number;
}) => Copies<Value>;
