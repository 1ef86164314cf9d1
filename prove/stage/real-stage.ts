import type { PartName } from "../../boot/config.ts";
import { startCluster } from "../../e2e/cluster.ts";
import { doAll } from "../../e2e/do-all.ts";
import { ownRedis, redisServer } from "../../e2e/own-redis.ts";
import { pause } from "../../shared/runtime/retry.ts";
import { ownRabbit, rabbitScripts } from "../../shared/testing/own-rabbit.ts";
import { realServers } from "../../shared/testing/real-servers.ts";
import { type TcpProxy, tcpProxy } from "../../shared/testing/tcp-proxy.ts";
import type { ServerName } from "../plan.ts";
import { type MortalServer, READY_TIMEOUT_MS, type Stage } from "./stage.ts";

/** The gateway, and six processes behind it: every service at two addresses. */
const PROCESSES = [
  ["gateway"],
  ["auth", "catalog"],
  ["auth", "catalog"],
  ["inventory", "orders"],
  ["inventory", "orders"],
  ["notify"],
  ["notify"],
] as const satisfies PartName[][];

/** All of these processes together stay far below the connections that a PostgreSQL has by default. */
const DATABASE_POOL_MAX = "4";
const PORTS = { postgres: 5432, redis: 6379, rabbitmq: 5672 } as const satisfies Record<ServerName, number>;

interface Server {
  readonly url: string;
  /** Null where it is somebody else's. */
  readonly mortal: MortalServer | null;
}

const someoneElses = (url: string): Server => ({ url, mortal: null });

type Defer = (close: () => unknown) => void;

type Killable = { readonly url: string; kill(): Promise<void>; start(): Promise<void> };

const mortalOf = ({ kill, start }: Killable): MortalServer => ({
  async blow(_how, forMs) {
    await kill();
    await pause(forMs);
    await start();
  },
});

/** A Redis and a RabbitMQ of the run's own, where they are installed and OWN_REDIS and OWN_RABBITMQ are on. */
const openServers = async (defer: Defer): Promise<Record<ServerName, Server>> => {
  const { postgres, redis, rabbitmq } = realServers;
  if (postgres === undefined || redis === undefined || rabbitmq === undefined)
    throw new Error("The real servers have to be named: set DATABASE_URL, REDIS_URL and RABBITMQ_URL.");
  const scripts = process.env.OWN_RABBITMQ === "on" ? rabbitScripts() : null;
  const binary = process.env.OWN_REDIS === "on" ? redisServer : null;
  const rabbit = scripts === null ? null : await ownRabbit(scripts);
  if (rabbit !== null) defer(rabbit.close);
  const store = binary === null ? null : await ownRedis(binary);
  if (store !== null) defer(store.kill);
  return {
    postgres: someoneElses(postgres),
    redis: store === null ? someoneElses(redis) : { url: store.url, mortal: mortalOf(store) },
    rabbitmq: rabbit === null ? someoneElses(rabbitmq) : { url: rabbit.url, mortal: mortalOf(rabbit) },
  };
};

/** Which of the processes with the same parts this one is. */
const turnOf = (nth: number): number =>
  PROCESSES.slice(0, nth).filter((parts) => parts[0] === PROCESSES[nth]?.[0]).length;

/** Seven processes on the servers of the environment, each server reached by a line that can be cut. */
export const openRealStage = async (env: Readonly<Record<string, string>>): Promise<Stage> => {
  const closers: (() => unknown)[] = [];
  const close = (): Promise<void> => doAll(closers.splice(0).toReversed());
  try {
    const servers = await openServers((closer) => closers.push(closer));
    const lines = new Map<ServerName, TcpProxy>();
    const through = async (name: ServerName): Promise<string> => {
      const line = await tcpProxy(servers[name].url, PORTS[name]);
      closers.push(line.close);
      lines.set(name, line);
      return line.through(servers[name].url);
    };
    const addresses = {
      postgres: await through("postgres"),
      redis: await through("redis"),
      rabbitmq: await through("rabbitmq"),
    };
    const cluster = await startCluster(PROCESSES, {
      env: { DATABASE_POOL_MAX, ...env },
      servers: addresses,
      readyTimeoutMs: READY_TIMEOUT_MS,
    });
    closers.push(cluster.close);
    const mortal = Object.entries(servers).flatMap(([name, { mortal }]) =>
      mortal === null ? [] : [[name as ServerName, mortal] as const],
    );
    return {
      ...cluster,
      layout: "real",
      scene: {
        processes: PROCESSES,
        lines: [...lines.keys()],
        restartable: mortal.map(([name]) => name),
      },
      lines,
      servers: new Map(mortal),
      start: (nth, more) => cluster.start(PROCESSES[nth] ?? [], more, turnOf(nth)),
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
};
