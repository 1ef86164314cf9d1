/** Runs tasks one after another per key, and tasks of different keys side by side. */
export interface SubjectLanes {
  run<T>(key: string, task: () => Promise<T>): Promise<T>;
}

export const createSubjectLanes = (): SubjectLanes => {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, task) {
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(task, task);
      const tail = mine.catch(() => undefined);
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      return mine;
    },
  };
};

/** At most so many tasks at once; the others wait their turn. */
export const createSlots = (count: number) => {
  let free = count;
  const waiting: (() => void)[] = [];
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
};
