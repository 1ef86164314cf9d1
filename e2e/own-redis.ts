import { Redis } from "ioredis";
import { freePort } from "../shared/drivers/free-port.ts";
import { waitFor } from "../shared/testing/wait-for.ts";

/** Where the `redis-server` of this machine is; null where there is none. */
export const redisServer = Bun.which("redis-server");

const START_TIMEOUT_MS = 10_000;

const answers = async (port: number): Promise<boolean> => {
  const client = new Redis(port, "127.0.0.1", { lazyConnect: true, retryStrategy: () => null });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
};

/** A Redis of one test, which it may kill and start again. It keeps nothing. */
export const ownRedis = async (binary: string) => {
  const port = freePort();
  let server: Bun.Subprocess | undefined;
  const start = async () => {
    server = Bun.spawn(
      [binary, "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
      { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    );
    await waitFor(() => answers(port), { timeoutMs: START_TIMEOUT_MS, what: "redis-server to answer" });
  };
  const kill = async () => {
    server?.kill("SIGKILL");
    await server?.exited;
    server = undefined;
  };
  await start();
  return { url: `redis://127.0.0.1:${port}`, start, kill };
};

export type OwnRedis = Awaited<ReturnType<typeof ownRedis>>;
