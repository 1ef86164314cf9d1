/** What was done in one second. */
interface Second {
  readonly number: number;
  calls: number;
  retries: number;
}

/** Calls of so many seconds count. */
export const RETRY_WINDOW_SECONDS = 10;
/** Of the calls of the window so many may be repeated: a dependency that is ill is not to be asked three times as often. */
export const RETRY_SHARE = 0.1;
/**
 * So many may be within a window in any case: who calls seldom could never repeat anything otherwise, and in a rush after a quiet time
 * many kept connections turn out at once to have been closed by the other side.
 */
export const RETRIES_MIN = 100;

/**
 * Bounds the retries of one dependency, as Finagle's "retry budget" does. Lives as long as the process. `nowMs` is a clock that
 * does not jump.
 */
export class RetryBudget {
  private seconds: Second[] = [];

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** A first attempt. */
  call(): void {
    this.current().calls += 1;
  }

  /** True where one more retry is within the budget; it is then counted. */
  tryRetry(): boolean {
    const current = this.current();
    const calls = this.seconds.reduce((sum, second) => sum + second.calls, 0);
    const retries = this.seconds.reduce((sum, second) => sum + second.retries, 0);
    if (retries >= Math.max(RETRIES_MIN, Math.floor(calls * RETRY_SHARE))) return false;
    current.retries += 1;
    return true;
  }

  private current(): Second {
    const number = Math.floor(this.nowMs() / 1_000);
    const last = this.seconds.at(-1);
    if (last?.number === number) return last;
    const own = { number, calls: 0, retries: 0 };
    this.seconds = [...this.seconds.filter((second) => number - second.number < RETRY_WINDOW_SECONDS), own];
    return own;
  }
}
