import amqp from "amqplib";
import { type PartName, partNames } from "../boot/config.ts";
import { topology } from "../shared/contracts/events.ts";
import { databaseUrl, ensureDatabases, withClient } from "../shared/drivers/ensure-database.ts";
import { serviceNames } from "../shared/runtime/service.ts";
import { realServers } from "../shared/testing/real-servers.ts";
import { ownFolder } from "./own-folder.ts";

const freePort = (): number => {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = probe;
  probe.stop(true);
  return port;
};

/** Queues have fixed names, so only one cluster at a time may use a broker; afterwards it is as before. */
const removeTopology = async (url: string): Promise<void> => {
  const connection = await amqp.connect(url);
  connection.on("error", () => undefined);
  const channel = await connection.createChannel();
  for (const { exchange, queues } of topology) {
    for (const queue of queues) await channel.deleteQueue(queue);
    await channel.deleteExchange(exchange);
  }
  await connection.close();
};

/**
 * Starts Kiosk on the real servers, one process for each list of parts (all parts for an empty list), on databases of its own
 * that are dropped when it is closed.
 */
export const startCluster = async (processes: readonly (readonly PartName[])[]) => {
  const { postgres = "", redis = "", rabbitmq = "" } = realServers;
  const own = ownFolder();
  const adminPhone = `+1555${String(Math.floor(Math.random() * 1e7)).padStart(7, "0")}`;
  const run = crypto.randomUUID().slice(0, 8);
  const databases = serviceNames.map((name) => ({ name, database: `kiosk_e2e_${run}_${name}` }));
  await ensureDatabases(
    postgres,
    databases.map(({ database }) => database),
  );
  const ports = Object.fromEntries(partNames.map((part) => [part, freePort()])) as Record<PartName, number>;
  const env = {
    REDIS_URL: redis,
    RABBITMQ_URL: rabbitmq,
    ...Object.fromEntries(
      databases.map(({ name, database }) => [
        `${name.toUpperCase()}_DATABASE_URL`,
        databaseUrl(postgres, database),
      ]),
    ),
    ...Object.fromEntries(serviceNames.map((name) => [`${name.toUpperCase()}_PORT`, String(ports[name])])),
    PORT: String(ports.gateway),
    // A merchant of its own: budgets are counted in Redis, over all runs within an hour.
    ADMIN_PHONES: adminPhone,
  };
  const running = await Promise.all(processes.map((parts) => own.start({ env, parts })));

  return {
    url: `http://127.0.0.1:${ports.gateway}`,
    dataDir: own.dataDir,
    adminPhone,
    processes: running,
    async close(): Promise<void> {
      await own.close();
      await removeTopology(rabbitmq);
      await withClient(postgres, async (client) => {
        for (const { database } of databases)
          await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      });
    },
  };
};
