import type { Life } from "../world/life.ts";
import type { Scheduler } from "../world/scheduler.ts";

interface Waiter {
  readonly holder: symbol;
  readonly grant: () => void;
}

interface Lock {
  holder: symbol;
  readonly waiting: Waiter[];
}

/** The locks of one database by their keys: first come, first served. */
export interface Locks {
  /** Somebody who takes locks, and gives all of them back at once. */
  holder(): {
    /** Fails where it is not to be had in time. */
    lock(life: Life, key: string): Promise<void>;
    tryLock(key: string): boolean;
    release(): void;
  };
}

export const createLocks = (
  { after }: Pick<Scheduler, "after">,
  timeoutMs: number,
  timedOut: () => Error,
): Locks => {
  const locks = new Map<string, Lock>();

  const passOn = (key: string, lock: Lock) => {
    const next = lock.waiting.shift();
    if (next === undefined) {
      locks.delete(key);
      return;
    }
    lock.holder = next.holder;
    next.grant();
  };
  return {
    holder() {
      const me = Symbol("transaction");
      const mine = new Set<string>();
      let isOver = false;
      const tryLock = (key: string): boolean => {
        const lock = locks.get(key);
        if (lock !== undefined) return lock.holder === me;
        locks.set(key, { holder: me, waiting: [] });
        mine.add(key);
        return true;
      };
      const wait = (life: Life, key: string, { waiting }: Lock): Promise<void> => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const grant = () => {
          if (isOver) {
            const lock = locks.get(key);
            if (lock !== undefined) passOn(key, lock);
            return;
          }
          mine.add(key);
          life.later(0, resolve);
        };
        const waiter = { holder: me, grant };
        waiting.push(waiter);
        after(timeoutMs, () => {
          const place = waiting.indexOf(waiter);
          if (place < 0) return;
          waiting.splice(place, 1);
          life.later(0, () => reject(timedOut()));
        });
        return promise;
      };
      return {
        tryLock,
        async lock(life, key) {
          if (tryLock(key)) return;
          const lock = locks.get(key);
          if (lock !== undefined) await wait(life, key, lock);
        },
        release() {
          isOver = true;
          for (const key of mine) {
            const lock = locks.get(key);
            if (lock?.holder === me) passOn(key, lock);
          }
          mine.clear();
        },
      };
    },
  };
};
