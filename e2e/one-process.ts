import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { databaseUrl, ensureDatabases, withClient } from "../shared/drivers/ensure-database.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { dumpTables } from "../shared/testing/canary/table-dump.ts";
import { realServers } from "../shared/testing/real-servers.ts";
import { testDatabasePrefix } from "../shared/testing/test-database-names.ts";
import type { Shop } from "./busy-shop.ts";
import { ownFolder } from "./own-folder.ts";

export interface OneProcess extends Shop {
  readonly pid: number;
  /** Everything printed so far. */
  output(): string;
  close(): Promise<void>;
}

/** The whole of Kiosk in one process, on databases of its own: of DATABASE_URL, or embedded ones. */
export const openOneProcess = async (env: Readonly<Record<string, string>>): Promise<OneProcess> => {
  const folder = ownFolder();
  const server = realServers.postgres;
  const nameOf = (service: ServiceName) => `${testDatabasePrefix}one_${service}`;
  if (server !== undefined) await ensureDatabases(server, serviceNames.map(nameOf));
  const addresses = serviceNames.map((service) => [
    `${service.toUpperCase()}_DATABASE_URL`,
    server === undefined ? "" : databaseUrl(server, nameOf(service)),
  ]);
  const close = async () => {
    await folder.close();
    if (server === undefined) return;
    for (const name of serviceNames)
      await dumpTables({ name, url: databaseUrl(server, nameOf(name)), world: folder.dataDir });
    await withClient(server, async (client) => {
      for (const service of serviceNames)
        await client.query(`drop database if exists ${nameOf(service)} with (force)`);
    });
  };
  try {
    const databases = server === undefined ? {} : Object.fromEntries(addresses);
    const { url, pid, output } = await folder.start({ env: { ...databases, ...env } });
    return { url, pid, output, dataDir: folder.dataDir, adminPhone: SANDBOX_ADMIN_PHONE, close };
  } catch (error) {
    await close();
    throw error;
  }
};
