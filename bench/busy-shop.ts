import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import { startCluster } from "../e2e/cluster.ts";
import { ownFolder } from "../e2e/own-folder.ts";
import { databaseUrl, ensureDatabases, withClient } from "../shared/drivers/ensure-database.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { testDatabasePrefix } from "../shared/testing/test-database-names.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient, UnexpectedAnswer } from "../tools/client/api-client.ts";
import { patient } from "../tools/client/patient.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import { inParallel } from "../tools/replay/in-parallel.ts";
import { closeOnInterrupt } from "./interrupts.ts";

const BUYERS = 64;
/** Sign-ins hold a long poll each. */
const SIGN_INS_AT_ONCE = 16;
/** On a machine that others need as well a bot may answer too late: then somebody else comes. */
const SIGN_IN_ATTEMPTS = 4;
const CALLS_AT_ONCE = 8;
const PLENTY = 1_000_000_000;
const REPLICA_TIMEOUT_MS = 30_000;
const PRICE = { amountMinor: 1_500, currency: "USD" };

/** A Kiosk that runs, before anybody is in it. */
export interface Premises {
  readonly url: string;
  readonly dataDir: string;
  readonly adminPhone: string;
  /** Of its processes. */
  readonly pids: readonly number[];
  /** Begins the names of all its databases. */
  readonly databasePrefix: string;
  databaseUrl(service: ServiceName): string;
  close(): Promise<void>;
}

export interface BusyShop extends Premises {
  /** The access token of who filled it. */
  readonly merchantToken: string;
  /** Access tokens of people who signed in as customers do. */
  readonly tokens: readonly string[];
}

/**
 * One process with everything in it, on databases of its own, into which `prepare` may put something before it starts. Several
 * at once need a name each.
 */
export const openOneProcess = async (
  server: string,
  env: Readonly<Record<string, string>>,
  prepare: (urlOf: (service: ServiceName) => string) => Promise<void> = async () => undefined,
  name = "bench",
): Promise<Premises> => {
  // Under this prefix they are dropped also when this process is killed.
  const databasePrefix = `${testDatabasePrefix}${name}_`;
  const nameOf = (service: ServiceName) => `${databasePrefix}${service}`;
  const urlOf = (service: ServiceName) => databaseUrl(server, nameOf(service));
  await ensureDatabases(server, serviceNames.map(nameOf));
  const folder = ownFolder();
  const pids: number[] = [];
  const close = closeOnInterrupt(async () => {
    resume({ pids });
    await folder.close();
    await withClient(server, async (client) => {
      for (const service of serviceNames)
        await client.query(`drop database if exists ${nameOf(service)} with (force)`);
    });
  });
  const urls = serviceNames.map((service) => [`${service.toUpperCase()}_DATABASE_URL`, urlOf(service)]);
  try {
    await prepare(urlOf);
    const { url, pid } = await folder.start({
      env: { RATE_LIMITS: "off", ...Object.fromEntries(urls), ...env },
    });
    pids.push(pid);
    const { dataDir } = folder;
    const adminPhone = SANDBOX_ADMIN_PHONE;
    return { url, dataDir, adminPhone, pids, databasePrefix, databaseUrl: urlOf, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** What an order waits for in one process, what follows in another, on real servers. */
export const openTwoProcesses = async (): Promise<Premises> => {
  const cluster = await startCluster(
    [
      ["gateway", "orders", "inventory"],
      ["auth", "catalog", "notify"],
    ],
    { env: { RATE_LIMITS: "off" } },
  );
  const ordersDatabase = new URL(cluster.databaseUrl("orders")).pathname.slice(1);
  const pids = cluster.processes.map(({ pid }) => pid);
  return {
    ...cluster,
    pids,
    close: closeOnInterrupt(() => {
      resume({ pids });
      return cluster.close();
    }),
    databasePrefix: ordersDatabase.slice(0, -"orders".length),
  };
};

/** Lets the processes go on; one that has ended by itself needs nothing. */
const resume = ({ pids }: Pick<Premises, "pids">): void => {
  for (const pid of pids)
    try {
      process.kill(pid, "SIGCONT");
    } catch {}
};

/** Stops the processes where they are while `work` runs, so that what they still have to do does not disturb it. */
export const withPaused = async <Result>(
  premises: Premises,
  work: () => Promise<Result>,
): Promise<Result> => {
  for (const pid of premises.pids) process.kill(pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    resume(premises);
  }
};

const countRows = async (url: string, query: string): Promise<number> => {
  const { rows } = await withClient(url, (client) => client.query<{ n: string }>(query));
  return Number(rows[0]?.n ?? Number.NaN);
};

const fillShelves = async (
  api: ReturnType<typeof createApiClient>,
  token: string,
  skus: readonly string[],
) => {
  const send = patient(api);
  const write = async (method: "POST" | "PUT", path: string, body: unknown) => {
    const { status, body: answer } = await send(path, { method, body, token });
    // A repetition finds what the first one made.
    if (status >= 300 && status !== 409) throw new UnexpectedAnswer(status, answer, `${method} ${path}`);
  };
  const fill = async (sku: string) => {
    const product = { sku, name: `Thing ${sku}`, description: "", price: PRICE, status: "active" };
    const level = { onHand: PLENTY, lowStockThreshold: 0, reason: "receipt" };
    await Promise.all([write("POST", "/v1/products", product), write("PUT", `/v1/stock/${sku}`, level)]);
  };
  await inParallel(skus, CALLS_AT_ONCE, fill, () => undefined);
};

/** Signs the buyers in, puts plenty of each SKU into stock, and waits until orders knows every product. */
export const fillShop = async (premises: Premises, skus: readonly string[]): Promise<BusyShop> => {
  const api = createApiClient(premises.url);
  const sandbox = createSandboxClient(api, readKeptSecrets(premises.dataDir).SANDBOX_TOKEN ?? "");
  const merchant = await signIn(api, sandbox, { firstName: "Ada", phone: premises.adminPhone });
  await fillShelves(api, merchant.accessToken, skus);
  const tokens: string[] = [];
  const enter = async (nth: number, attempt = 1): Promise<void> => {
    const phone = `+1666${5_550_000 + nth + attempt * BUYERS}`;
    try {
      tokens.push((await signIn(api, sandbox, { firstName: `Buyer ${nth}`, phone })).accessToken);
    } catch (error) {
      if (attempt === SIGN_IN_ATTEMPTS) throw error;
      await enter(nth, attempt + 1);
    }
  };
  await inParallel(
    [...Array(BUYERS).keys()],
    SIGN_INS_AT_ONCE,
    (nth) => enter(nth),
    () => undefined,
  );
  const known = () => countRows(premises.databaseUrl("orders"), "select count(*) as n from product_replica");
  await waitFor(async () => (await known()) >= skus.length, {
    timeoutMs: REPLICA_TIMEOUT_MS,
    everyMs: 100,
    what: "orders to know every product",
  });
  return { ...premises, merchantToken: merchant.accessToken, tokens };
};

/** Transactions committed so far in the database of each service. PostgreSQL counts them about a second late. */
export const readTransactions = async ({
  databasePrefix,
  databaseUrl: urlOf,
}: Premises): Promise<Map<string, number>> => {
  const { rows } = await withClient(urlOf("orders"), (client) =>
    client.query<{ name: string; commits: string }>(
      "select datname as name, xact_commit as commits from pg_stat_database where starts_with(datname, $1)",
      [databasePrefix],
    ),
  );
  return new Map(rows.map(({ name, commits }) => [name.slice(databasePrefix.length), Number(commits)]));
};

/** How much of what orders said has not had its effect yet. */
export interface Backlog {
  /** Events in the outbox of orders. */
  readonly unpublished: number;
  /** Events that the slower of catalog and notify has not handled, the unpublished ones included. */
  readonly unhandled: number;
  /** Messages that wait to be sent. */
  readonly deliveries: number;
}

/** Reads the services' databases: only a tool may. */
export const readBacklog = async ({ databaseUrl: urlOf }: Premises): Promise<Backlog> => {
  const handledBy = (service: ServiceName) =>
    countRows(urlOf(service), "select count(*) as n from inbox where queue like '%.orders-events'");
  const [said, unpublished, catalog, notify, deliveries] = await Promise.all([
    // That an order was placed concerns neither of the two: they do not record it.
    countRows(urlOf("orders"), "select count(*) as n from outbox where event->>'type' <> 'order.created'"),
    countRows(urlOf("orders"), "select count(*) as n from outbox where published_at is null"),
    handledBy("catalog"),
    handledBy("notify"),
    countRows(urlOf("notify"), "select count(*) as n from delivery where state in ('pending', 'sending')"),
  ]);
  return { unpublished, unhandled: said - Math.min(catalog, notify), deliveries };
};

/** Orders as the databases have them. */
export interface Books {
  readonly confirmed: number;
  readonly others: number;
  readonly linesOrdered: number;
  readonly unitsReserved: number;
}

export const readBooks = async ({ databaseUrl: urlOf }: Premises): Promise<Books> => {
  const [confirmed, others, linesOrdered, unitsReserved] = await Promise.all([
    countRows(urlOf("orders"), "select count(*) as n from customer_order where status = 'confirmed'"),
    countRows(urlOf("orders"), "select count(*) as n from customer_order where status <> 'confirmed'"),
    countRows(urlOf("orders"), "select count(*) as n from order_line"),
    countRows(urlOf("inventory"), "select coalesce(sum(reserved), 0) as n from stock_level"),
  ]);
  return { confirmed, others, linesOrdered, unitsReserved };
};
