import type { PartName } from "../boot/config.ts";
import { realServers } from "../shared/testing/real-servers.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { type Crowd, crowdEnv, openCrowd } from "./crowd.ts";
import { openRush, type Rush } from "./rush.ts";

/** Two processes of orders and two of inventory, which share their databases; the rest in one. */
const PROCESSES = [
  ["gateway", "auth", "catalog", "notify"],
  ["orders"],
  ["orders"],
  ["inventory"],
  ["inventory"],
] as const satisfies PartName[][];

export interface TwoOfEach {
  readonly cluster: Cluster;
  readonly crowd: Crowd;
  readonly rush: Rush;
  /** Kills the first process of a part as a crash does. */
  kill(part: "orders" | "inventory"): Promise<void>;
  /** Starts the first process of a part again, at its address. */
  restart: (
    part: "orders" | "inventory",
    env?: Readonly<Record<string, string>>,
  ) => ReturnType<Cluster["start"]>;
  close(): Promise<void>;
}

const { postgres, redis, rabbitmq } = realServers;

/** What `describeIf` needs to know: the servers, and which variable is missing. */
export const servers = postgres && redis && rabbitmq;
export const missingServer =
  postgres === undefined ? "DATABASE_URL" : redis === undefined ? "REDIS_URL" : "RABBITMQ_URL";

/** A shop on real servers with so many buyers signed in. */
export const openTwoOfEach = async (buyers: number): Promise<TwoOfEach> => {
  const cluster = await startCluster(PROCESSES, { env: crowdEnv });
  const rush = await openRush();
  const close = async (): Promise<void> => {
    await rush.close();
    await cluster.close();
  };
  const crowd = await openCrowd(cluster, buyers).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const running = new Map(
    (["orders", "inventory"] as const).map((part) => [
      part,
      cluster.processes[PROCESSES.findIndex(([first]) => first === part)],
    ]),
  );
  return {
    cluster,
    crowd,
    rush,
    close,
    async kill(part) {
      await running.get(part)?.kill();
    },
    async restart(part, env = {}) {
      const started = await cluster.start([part], env, 0);
      running.set(part, started);
      return started;
    },
  };
};
