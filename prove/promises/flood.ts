import { fileURLToPath } from "node:url";
import type { Stalls } from "./stall-watch.ts";

const SCRIPT = fileURLToPath(new URL("./flood-process.ts", import.meta.url));
/** More than the gateway has places, so that it is the gateway that refuses. */
const CONNECTIONS_MAX = "2048";

export type FloodWork = {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly sku: string;
  readonly forMs: number;
} & ({ readonly clients: number } | { readonly perSecond: number });

export interface FloodAnswer {
  /** Null where there was none. */
  readonly status: number | null;
  readonly retryAfter: boolean;
  readonly tookMs: number;
  /** Since the flood began. */
  readonly endedMs: number;
}

/** With the stalls of the sender: what it says of times may be wrong by as much. */
export interface FloodResult extends Stalls {
  readonly answers: readonly FloodAnswer[];
  /** Processors that the sender used itself, which nobody else had. */
  readonly processors: number;
  /** How many times as long everything takes because of others, before it and after it: the worse of them. */
  readonly contention: number;
}

/** Starts the process that sends floods of orders. */
export const openFlood = async () => {
  let heard = Promise.withResolvers<unknown>();
  const child = Bun.spawn([process.execPath, SCRIPT], {
    env: { PATH: process.env.PATH ?? "", BUN_CONFIG_MAX_HTTP_REQUESTS: CONNECTIONS_MAX },
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (message) => heard.resolve(message),
  });
  void child.exited.then(() => heard.reject(new Error("the process of the flood has ended")));
  await heard.promise;
  return {
    /** One at a time: resolves when all orders are answered. */
    async send(work: FloodWork): Promise<FloodResult> {
      heard = Promise.withResolvers<unknown>();
      child.send(work);
      return (await heard.promise) as FloodResult;
    },
    async close(): Promise<void> {
      heard.promise.catch(() => undefined);
      child.kill();
      await child.exited;
    },
  };
};
