import { fileURLToPath } from "node:url";
import { quantile } from "./statistics.ts";

const GENERATOR = fileURLToPath(new URL("./open-orders.ts", import.meta.url));

/** So many orders a second for so long. */
export interface Phase {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Orders by the clock, whatever becomes of those before: one phase behind the other, without a pause. */
export interface OpenRequest {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly skus: readonly string[];
  readonly phases: readonly Phase[];
  /** Orders under way at once, at most. */
  readonly connections: number;
}

/** What became of the orders of one second, by when they were sent. */
export interface OpenSecond {
  readonly sent: number;
  /** Were due and found no free connection, or their moment had long passed: they are never sent. */
  readonly unsent: number;
  /** Milliseconds until the answer, of those that were placed (201) and of those that were refused (503). */
  readonly placedMs: readonly number[];
  readonly refusedMs: readonly number[];
  /** Answered in another way, or not at all. */
  readonly failed: number;
}

export interface OpenResult {
  readonly seconds: readonly OpenSecond[];
  /** Orders placed in each second, by when they were answered. */
  readonly placedIn: readonly number[];
  /** All answers by status, or by what went wrong instead of one. */
  readonly answers: Readonly<Record<string, number>>;
  /** How late the generator came to look at what had arrived, in milliseconds: an answer may have waited as long for it. */
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  /** Of one processor, how much the generator used itself. */
  readonly ownShare: number;
}

/** Starts the generator of orders by the clock: a process of its own, so that it does not share a thread with anything that is measured. */
export const startOpenLoad = () => {
  let waiting: PromiseWithResolvers<OpenResult> | null = null;
  const child = Bun.spawn([process.execPath, GENERATOR], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (message: OpenResult) => waiting?.resolve(message),
  });
  void child.exited.then((code) => waiting?.reject(new Error(`The generator of orders ended with ${code}.`)));
  return {
    pid: child.pid,
    /** One run at a time; ends some seconds after the last phase, when all is answered. */
    run(request: OpenRequest): Promise<OpenResult> {
      waiting = Promise.withResolvers<OpenResult>();
      child.send(request);
      return waiting.promise;
    },
    async close(): Promise<void> {
      child.kill();
      await child.exited;
    },
  };
};

export type OpenLoad = ReturnType<typeof startOpenLoad>;

/** Milliseconds of the orders of some seconds, below which so large a share of them lies. */
export const placedQuantile = (seconds: readonly OpenSecond[], share: number): number =>
  quantile(
    seconds.flatMap(({ placedMs }) => placedMs),
    share,
  );

export const totalOf = (seconds: readonly OpenSecond[], pick: (second: OpenSecond) => number): number =>
  seconds.reduce((sum, second) => sum + pick(second), 0);

/** Orders that were answered otherwise than they may be, in a sentence for each kind of answer. */
export const problemsOf = (
  step: string,
  results: readonly Pick<OpenResult, "answers">[],
  allowed: readonly string[] = ["201"],
): string[] =>
  results.flatMap(({ answers }) =>
    Object.entries(answers)
      .filter(([answer]) => !allowed.includes(answer))
      .map(([answer, count]) => `${step}: ${count} orders were answered with ${answer}.`),
  );
