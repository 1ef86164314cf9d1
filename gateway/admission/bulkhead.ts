import { initialLimit, type LimitBounds, type LimitState, nextLimit } from "./concurrency-limit.ts";

/** Longest wait for a place. Who has waited so long is refused: by then others wait as well, and a refusal is to come soon. */
export const QUEUE_WAIT_MS = 30;
/** After somebody has waited in vain there is no line for so long: who would stand in it would be refused as well, and later. */
export const LINE_REST_MS = 3_000;
/** A limit is looked at no more often than this, and after no fewer answers. */
const WINDOW_MS = 100;
const WINDOW_MIN_ANSWERS = 8;
/** Of more answers in one window the first ones speak for all. */
const WINDOW_MAX_ANSWERS = 256;

export interface BulkheadOptions extends LimitBounds {
  /** Calls that may wait for a place. */
  readonly queueMax: number;
}

/** Time, as an argument: `now` in milliseconds of any origin. */
export interface Stopwatch {
  readonly nowMs: () => number;
  readonly after: (ms: number, work: () => void) => void;
}

export const systemStopwatch: Stopwatch = {
  nowMs: () => performance.now(),
  after: (ms, work) => void setTimeout(work, ms),
};

interface Waiter {
  readonly sinceMs: number;
  readonly onPlace: (hasPlace: boolean) => void;
}

const medianOf = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The places of one class of calls: so many at once as answers come in good time, and a short line behind them. */
export class Bulkhead {
  #state: LimitState;
  #taken = 0;
  #waiting: Waiter[] = [];
  #refused = 0;
  #mostUnderWay = 0;
  #answersMs: number[] = [];
  #windowBeganMs: number;
  #isTimed = false;
  #lineOpensAtMs = 0;

  constructor(
    private readonly options: BulkheadOptions,
    private readonly time: Stopwatch = systemStopwatch,
  ) {
    this.#state = initialLimit(options);
    this.#windowBeganMs = time.nowMs();
  }

  /** Places that there are now. */
  get limit(): number {
    return Math.floor(this.#state.limit);
  }
  get taken(): number {
    return this.#taken;
  }
  get waiting(): number {
    return this.#waiting.length;
  }
  /** Calls that got no place so far. */
  get refused(): number {
    return this.#refused;
  }
  /** True where whoever comes now is refused at once. */
  get isFull(): boolean {
    return this.#taken >= this.limit && !this.#hasLine;
  }

  /** Counts a call that was refused by the look of `isFull` alone. */
  countRefused(): void {
    this.#refused += 1;
  }

  /**
   * Takes a place: true at once where one is free, else a promise, true once one is, false after `QUEUE_WAIT_MS`. False at once
   * where the line is full. Each place that was taken is given back by `leave`, once.
   */
  enter(): boolean | Promise<boolean> {
    if (this.#taken < this.limit) {
      this.#take();
      return true;
    }
    if (!this.#hasLine) {
      this.#refused += 1;
      return false;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ sinceMs: this.time.nowMs(), onPlace: resolve });
    this.#expireAfter(QUEUE_WAIT_MS);
    return promise;
  }

  /** Gives a place back. */
  leave(): void {
    this.#taken -= 1;
    this.#seat();
  }

  /** Tells how long an answer took, in milliseconds, by which the limit goes up or down. */
  answered(tookMs: number): void {
    const now = this.time.nowMs();
    // What was asked before the last change says nothing about it.
    if (now - tookMs < this.#windowBeganMs) return;
    if (this.#answersMs.length < WINDOW_MAX_ANSWERS) this.#answersMs.push(tookMs);
    if (this.#answersMs.length < WINDOW_MIN_ANSWERS || now - this.#windowBeganMs < WINDOW_MS) return;
    const seen = { medianMs: medianOf(this.#answersMs), mostUnderWay: this.#mostUnderWay };
    this.#state = nextLimit(this.#state, seen, this.options);
    this.#answersMs = [];
    this.#mostUnderWay = this.#taken;
    this.#windowBeganMs = now;
    this.#seat();
  }

  get #hasLine(): boolean {
    return this.#waiting.length < this.options.queueMax && this.time.nowMs() >= this.#lineOpensAtMs;
  }

  #take(): void {
    this.#taken += 1;
    if (this.#taken > this.#mostUnderWay) this.#mostUnderWay = this.#taken;
  }

  #seat(): void {
    while (this.#taken < this.limit) {
      const waiter = this.#waiting.shift();
      if (waiter === undefined) return;
      this.#take();
      waiter.onPlace(true);
    }
  }

  /** One timer for the whole line: who came first is refused first. */
  #expireAfter(ms: number): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.time.after(ms, () => {
      this.#isTimed = false;
      this.#expire();
    });
  }

  #expire(): void {
    const now = this.time.nowMs();
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const leftMs = first.sinceMs + QUEUE_WAIT_MS - now;
      if (leftMs > 0) {
        this.#expireAfter(Math.max(1, leftMs));
        return;
      }
      this.#waiting.shift();
      this.#refused += 1;
      this.#lineOpensAtMs = now + LINE_REST_MS;
      first.onPlace(false);
    }
  }
}
