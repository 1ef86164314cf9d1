import { randomBytes } from "node:crypto";
import { type PartName, partNames } from "../../boot/config.ts";
import { readKeptSecrets } from "../../boot/secrets.ts";
import { databaseUrl, ensureDatabases } from "../../shared/drivers/ensure-database.ts";
import { freePort } from "../../shared/drivers/free-port.ts";
import { openPostgres } from "../../shared/drivers/postgres.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { temporaryPostgres } from "../../shared/testing/temporary-postgres.ts";
import { testDatabasePrefix } from "../../shared/testing/test-database-names.ts";
import { createApiClient } from "../../tools/client/api-client.ts";
import { createSandboxClient } from "../../tools/client/sandbox-client.ts";
import { signIn } from "../../tools/client/sign-in.ts";
import type { KioskProcess } from "../../tools/kiosk-process.ts";
import { ownFolder } from "../own-folder.ts";

const ADMIN_PHONE = "+15550100001";
export const BUYERS = 10;

/** The environment that all processes of a shop share: databases of their own, and nothing but PostgreSQL between them. */
const sharedEnv = (server: string, databaseOf: (service: ServiceName) => string) => {
  const port = (part: PartName) => [part === "gateway" ? "PORT" : `${part.toUpperCase()}_PORT`, freePort()];
  return {
    DATABASE_URL: server,
    RATE_LIMITS: "off",
    ADMIN_PHONES: ADMIN_PHONE,
    OTP_REQUESTS_PER_ADDRESS: "1000",
    LOG_LEVEL: "error",
    ...Object.fromEntries(partNames.map(port).map(([name, value]) => [name, String(value)])),
    ...Object.fromEntries(
      serviceNames.map((service) => [`${service.toUpperCase()}_DATABASE_URL`, databaseOf(service)]),
    ),
  };
};

const enter = async (url: string, dataDir: string, buyers: number) => {
  const api = createApiClient(url);
  const sandbox = createSandboxClient(api, readKeptSecrets(dataDir).SANDBOX_TOKEN ?? "");
  const phones = Array.from({ length: buyers }, (_, i) => `+1555020${String(i).padStart(4, "0")}`);
  const [merchant, ...others] = await Promise.all(
    [ADMIN_PHONE, ...phones].map((phone) => signIn(api, sandbox, { firstName: "Ada", phone })),
  );
  return {
    ...{ api, sandbox, merchant },
    merchantToken: merchant?.accessToken ?? "",
    buyerTokens: others.map(({ accessToken }) => accessToken),
  };
};

/**
 * A shop of two processes: the doomed service alone, and everything else. It has a merchant and some buyers, all signed in,
 * and needs no server: its PostgreSQL is its own, since processes that die and begin again take many connections.
 */
export const openCrashShop = async (doomed: ServiceName, { buyers = BUYERS } = {}) => {
  const postgres = await temporaryPostgres();
  const server = postgres.url;
  const own = ownFolder();
  const shop = `${testDatabasePrefix}${randomBytes(4).toString("hex")}`;
  const nameOf = (service: ServiceName) => `${shop}_${service}`;
  const databaseOf = (service: ServiceName) => databaseUrl(server, nameOf(service));
  await ensureDatabases(server, serviceNames.map(nameOf));
  const env: Record<string, string> = sharedEnv(server, databaseOf);
  const open = (service: ServiceName) =>
    openPostgres({ name: service, url: databaseOf(service), log: silentLogger(), poolMax: 2 });
  const databases = { orders: open("orders"), inventory: open("inventory"), notify: open("notify") };
  const close = async (): Promise<void> => {
    await own.close();
    await Promise.all(Object.values(databases).map((database) => database.close()));
    await postgres.remove();
  };

  const start = (parts: readonly PartName[], more: Readonly<Record<string, string>> = {}) =>
    own.start({ env: { ...env, ...more }, parts });
  try {
    const rest = partNames.filter((part) => part !== doomed);
    const [, first] = await Promise.all([start(rest), start([doomed])]);
    let alone: KioskProcess = first;
    const people = await enter(`http://127.0.0.1:${env.PORT}`, own.dataDir, buyers);
    return {
      ...people,
      databases,
      inventoryUrl: `http://127.0.0.1:${env.INVENTORY_PORT}`,
      internalToken: readKeptSecrets(own.dataDir).INTERNAL_TOKEN ?? "",
      /** Starts the doomed service anew, at its address. `crashAt`: where it dies by `kill -9`, and at which pass. */
      async restart(crashAt?: string): Promise<KioskProcess> {
        await alone.stop();
        alone = await start([doomed], crashAt === undefined ? {} : { CRASH_AT: crashAt });
        return alone;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

export type CrashShop = Awaited<ReturnType<typeof openCrashShop>>;
