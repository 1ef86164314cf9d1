import { runOutsideOfRequests } from "./request-context.ts";

/** Loads of values by key, one at a time for each. */
export interface Loads<Value> {
  /**
   * What `read` gives; whoever asks for the same key meanwhile waits for the same load. `keep` is called with the value unless
   * something was dropped while it was being read: then it may be old. A load that fails is not remembered.
   */
  load(key: string, read: () => Promise<Value>, keep: (value: Value) => void): Promise<Value>;
  /** True while somebody loads the key, so that `load` would wait for that. */
  has(key: string): boolean;
  /** Who asks from now on begins anew; who waits already is given what comes. */
  dropAll(): void;
}

/** Lets a crowd that asks for the same thing at the same time cause one load. */
export const createLoads = <Value>(): Loads<Value> => {
  let running = new Map<string, Promise<Value>>();

  return {
    load(key, read, keep) {
      const known = running.get(key);
      if (known !== undefined) return known;
      const own = running;
      const run = async () => {
        try {
          const value = await read();
          if (own === running) keep(value);
          return value;
        } finally {
          own.delete(key);
        }
      };
      const loading = runOutsideOfRequests(run);
      own.set(key, loading);
      return loading;
    },
    has: (key) => running.has(key),
    dropAll() {
      running = new Map();
    },
  };
};
