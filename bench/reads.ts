import { fileURLToPath } from "node:url";

const GENERATOR = fileURLToPath(new URL("./read-generator.ts", import.meta.url));
const FIXED = fileURLToPath(new URL("./fixed-answer.ts", import.meta.url));

/** One round of reads: each client asks for these paths one after the other, over and over. */
export interface ReadsRequest {
  readonly url: string;
  readonly paths: readonly string[];
  readonly clients: number;
  /** Not counted. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface ReadsResult {
  /** All answers of the round by status, or by what went wrong instead of one; those of the warm-up as well. */
  readonly answers: Readonly<Record<string, number>>;
  /** Reads a second while it was measured: answers with 200. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of one processor, how much the generator used itself: near 1 it is what bounds the figure. */
  readonly ownShare: number;
}

/** Starts the generator of reads: a process of its own, so that it does not share a thread with anything that is measured. */
export const startReads = () => {
  let waiting: PromiseWithResolvers<ReadsResult> | null = null;
  const child = Bun.spawn([process.execPath, GENERATOR], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (message: ReadsResult) => waiting?.resolve(message),
  });
  void child.exited.then((code) => waiting?.reject(new Error(`The generator of reads ended with ${code}.`)));
  return {
    pid: child.pid,
    /** One round at a time. */
    run(request: ReadsRequest): Promise<ReadsResult> {
      waiting = Promise.withResolvers<ReadsResult>();
      child.send(request);
      return waiting.promise;
    },
    async close(): Promise<void> {
      child.kill();
      await child.exited;
    },
  };
};

export type Reads = ReturnType<typeof startReads>;

/** Starts the server of a fixed answer, in a process of its own as Kiosk is. */
export const startFixedAnswer = async () => {
  const ready = Promise.withResolvers<string>();
  const child = Bun.spawn([process.execPath, FIXED], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (url: string) => ready.resolve(url),
  });
  void child.exited.then((code) =>
    ready.reject(new Error(`The server of a fixed answer ended with ${code}.`)),
  );
  return {
    url: await ready.promise,
    pid: child.pid,
    async close(): Promise<void> {
      child.kill();
      await child.exited;
    },
  };
};

export type FixedAnswer = Awaited<ReturnType<typeof startFixedAnswer>>;
