import { fileURLToPath } from "node:url";

const GENERATOR = fileURLToPath(new URL("./load-generator.ts", import.meta.url));

/** One round of load. */
export interface LoadRequest {
  readonly url: string;
  readonly path: string;
  readonly clients: number;
  /** Access tokens of the buyers, whom the clients share. */
  readonly tokens: readonly string[];
  readonly skus: readonly string[];
  readonly linesPerOrder: number;
  /** Sends an `Idempotency-Key` with each order. */
  readonly keys: boolean;
  /** Not counted. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult {
  /** All answers of the round by status, or by what went wrong instead of one; those of the warm-up as well. */
  readonly answers: Readonly<Record<string, number>>;
  /** Orders a second while it was measured: answers with 201. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the generator. */
  readonly cpuMs: number;
}

/** Starts the load generator: a process of its own, so that it does not share a thread with anything that is measured. */
export const startLoadGenerator = () => {
  let waiting: PromiseWithResolvers<LoadResult> | null = null;
  const child = Bun.spawn([process.execPath, GENERATOR], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (message: LoadResult) => waiting?.resolve(message),
  });
  void child.exited.then((code) => waiting?.reject(new Error(`The load generator ended with ${code}.`)));
  return {
    pid: child.pid,
    /** One round at a time. */
    run(request: LoadRequest): Promise<LoadResult> {
      waiting = Promise.withResolvers<LoadResult>();
      child.send(request);
      return waiting.promise;
    },
    async close(): Promise<void> {
      child.kill();
      await child.exited;
    },
  };
};

export type LoadGenerator = ReturnType<typeof startLoadGenerator>;
