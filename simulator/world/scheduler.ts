import { drainMicrotasks } from "bun:jsc";
import type { Dice } from "../../e2e/history/dice.ts";

/** Events of one seed, at most: beyond them something runs in a circle. */
const EVENTS_MAX = 200_000;

interface Event {
  readonly at: number;
  /** Decides between events of the same moment. */
  readonly lot: number;
  readonly task: () => void;
}

const isBefore = (one: Event, other: Event): boolean =>
  one.at < other.at || (one.at === other.at && one.lot < other.lot);

/** A binary heap: the earliest event first, in an order by lot where several are of the same moment. */
const createAgenda = () => {
  const heap: Event[] = [];
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b] as Event, heap[a] as Event];
  };
  const isLess = (a: number, b: number) => isBefore(heap[a] as Event, heap[b] as Event);
  return {
    add(event: Event) {
      heap.push(event);
      for (let child = heap.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (!isLess(child, parent)) break;
        swap(child, parent);
        child = parent;
      }
    },
    take(): Event | undefined {
      if (heap.length <= 1) return heap.pop();
      const [first] = heap;
      heap[0] = heap.pop() as Event;
      for (let parent = 0; ; ) {
        const left = 2 * parent + 1;
        const right = left + 1;
        let least = parent;
        if (left < heap.length && isLess(left, least)) least = left;
        if (right < heap.length && isLess(right, least)) least = right;
        if (least === parent) return first;
        swap(parent, least);
        parent = least;
      }
    },
  };
};

/** Virtual time: nothing waits, and everything happens in an order that follows from the seed. */
export interface Scheduler {
  /** Milliseconds since the beginning of the simulated world. */
  readonly nowMs: number;
  /** Events so far. */
  readonly events: number;
  /** Of all events so far with their moments: two runs that are the same have the same. */
  readonly digest: number;
  /** Does the task after so many milliseconds. */
  after(ms: number, task: () => void): void;
  /** Goes on until `isOver`, or until the moment; false where that moment came first. */
  runUntil(isOver: () => boolean, endsAtMs: number): Promise<boolean>;
}

/** A turn of the real event loop, outside of every promise: only from there microtasks can be driven by hand. */
const outsideOfPromises = <Result>(work: () => Result): Promise<Result> => {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  setImmediate(() => {
    try {
      resolve(work());
    } catch (error) {
      reject(error);
    }
  });
  return promise;
};

export const createScheduler = (dice: Dice): Scheduler => {
  const agenda = createAgenda();
  let nowMs = 0;
  let events = 0;
  let digest = 0;

  const happen = ({ at, lot, task }: Event) => {
    nowMs = at;
    events += 1;
    digest = Math.imul(digest ^ at ^ (lot * 2 ** 31), 16_777_619) >>> 0;
    task();
    // Whatever waited for this goes on until it waits for the next event.
    drainMicrotasks();
  };
  const run = (isOver: () => boolean, endsAtMs: number): boolean => {
    drainMicrotasks();
    while (!isOver()) {
      const event = agenda.take();
      if (event === undefined || event.at > endsAtMs) {
        if (event !== undefined) agenda.add(event);
        nowMs = Math.max(nowMs, endsAtMs);
        return false;
      }
      if (events >= EVENTS_MAX) throw new Error(`the world does not come to rest in ${EVENTS_MAX} events`);
      happen(event);
    }
    return true;
  };
  return {
    get nowMs() {
      return nowMs;
    },
    get events() {
      return events;
    },
    get digest() {
      return digest;
    },
    after: (ms, task) => agenda.add({ at: nowMs + Math.max(0, Math.ceil(ms)), lot: dice.next(), task }),
    runUntil: (isOver, endsAtMs) => outsideOfPromises(() => run(isOver, endsAtMs)),
  };
};
