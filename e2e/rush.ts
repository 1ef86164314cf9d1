import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./rush-process.ts", import.meta.url));

export interface RushOrder {
  readonly token: string;
  /** Idempotency-Key. */
  readonly key: string;
  readonly body: unknown;
}

export interface RushAnswer {
  /** Status and the problem's code, such as `409 OUT_OF_STOCK`. */
  readonly said: string;
  readonly orderId: string | null;
  readonly replayed: boolean;
  readonly retryAfter: string | null;
  /** How often it was sent until there was this answer. */
  readonly attempts: number;
  /** The whole body as JSON, members in order of their names. */
  readonly body: string;
}

export interface RushWork {
  readonly url: string;
  readonly orders: readonly RushOrder[];
  /** Repeats what got no final answer, with its key, and waits for the end of an order that was answered 202. */
  readonly patience: boolean;
}

export interface Rush {
  /** Sends all orders at the same moment; answers in their order. One rush at a time. */
  place(work: RushWork): Promise<readonly RushAnswer[]>;
  close(): Promise<void>;
}

/** More than Bun's 256, so that a crowd is really there at once. */
const CONNECTIONS_MAX = "2000";

/** Starts the process of the crowd. */
export const openRush = async (): Promise<Rush> => {
  let heard = Promise.withResolvers<unknown>();
  const ready = heard.promise;
  const child = Bun.spawn([process.execPath, SCRIPT], {
    env: { PATH: process.env.PATH ?? "", BUN_CONFIG_MAX_HTTP_REQUESTS: CONNECTIONS_MAX },
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (message) => heard.resolve(message),
  });
  void child.exited.then(() => heard.reject(new Error("the crowd's process has ended")));
  await ready;
  return {
    async place(work) {
      heard = Promise.withResolvers<unknown>();
      child.send(work);
      return (await heard.promise) as readonly RushAnswer[];
    },
    async close() {
      heard.promise.catch(() => undefined);
      child.kill();
      await child.exited;
    },
  };
};

/** How often each answer was given. */
export const tally = (answers: readonly RushAnswer[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { said } of answers) counts[said] = (counts[said] ?? 0) + 1;
  return counts;
};
