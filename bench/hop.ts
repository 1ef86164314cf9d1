// `bun bench/hop.ts`: what one hop more costs (P7). The catalog in a process of its own, which answers a product; in front of it Kiosk's gateway
// in another process, and, by turns, a Bun that does nothing but `fetch` the same from the same. PostgreSQL at DATABASE_URL, else an
// embedded one.

import { fileURLToPath } from "node:url";
import { ownFolder } from "../e2e/own-folder.ts";
import { databaseUrl, ensureDatabases, withClient } from "../shared/drivers/ensure-database.ts";
import { freePort } from "../shared/drivers/free-port.ts";
import { testDatabasePrefix } from "../shared/testing/test-database-names.ts";
import { testServer } from "../shared/testing/test-server.ts";
import { figuresOf, QUICK_READS, type ReadsTiming, USUAL_READS } from "./catalogue-part.ts";
import { closeOnInterrupt } from "./interrupts.ts";
import { measureReads, problemsIn, type ReadsSample, readsRow } from "./measured-reads.ts";
import { type BenchPart, type PartResult, say } from "./part.ts";
import { fillCatalogue, generateProducts } from "./product-generator.ts";
import { type Reads, startReads } from "./reads.ts";
import { printVerdicts } from "./report.ts";
import { verdictOf } from "./targets.ts";

const PROXY = fileURLToPath(new URL("./bare-proxy.ts", import.meta.url));
const PRODUCTS = 1_000;
const CLIENTS = 64;
const FIRST_MS = 3_000;
const SERVICES = ["auth", "catalog"] as const;

/** In each round one after the other. */
const steps = ["the catalog itself", "a bare proxy", "the gateway"] as const;
type StepName = (typeof steps)[number];

const startProxy = async (upstream: string) => {
  const ready = Promise.withResolvers<string>();
  const child = Bun.spawn([process.execPath, PROXY], {
    env: { ...process.env, UPSTREAM: upstream, BUN_CONFIG_MAX_HTTP_REQUESTS: "8192" },
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (url: string) => ready.resolve(url),
  });
  void child.exited.then((code) => ready.reject(new Error(`The bare proxy ended with ${code}.`)));
  return {
    url: await ready.promise,
    pid: child.pid,
    async close(): Promise<void> {
      child.kill();
      await child.exited;
    },
  };
};

const prefix = `${testDatabasePrefix}hop_`;
const nameOf = (service: string) => `${prefix}${service}`;

/** auth and the catalog with products, and the gateway in a process of its own. */
const openThree = async (server: string) => {
  await ensureDatabases(server, SERVICES.map(nameOf));
  const folder = ownFolder();
  const close = closeOnInterrupt(async () => {
    await folder.close();
    await withClient(server, async (client) => {
      for (const service of SERVICES)
        await client.query(`drop database if exists ${nameOf(service)} with (force)`);
    });
  });
  try {
    await fillCatalogue(databaseUrl(server, nameOf("catalog")), PRODUCTS);
    const [auth, catalog, nobody] = [freePort(), freePort(), freePort()];
    const at = (port: number) => `http://127.0.0.1:${port}`;
    const env = {
      RATE_LIMITS: "off",
      AUTH_DATABASE_URL: databaseUrl(server, nameOf("auth")),
      CATALOG_DATABASE_URL: databaseUrl(server, nameOf("catalog")),
      ...{ AUTH_PORT: String(auth), CATALOG_PORT: String(catalog) },
      ...{ AUTH_URL: at(auth), CATALOG_URL: at(catalog) },
      // Nobody orders here.
      ...{ INVENTORY_URL: at(nobody), ORDERS_URL: at(nobody), NOTIFY_URL: at(nobody) },
    };
    const services = await folder.start({ env, parts: [...SERVICES] });
    const gateway = await folder.start({ env, parts: ["gateway"] });
    return { services, gateway, catalogUrl: at(catalog), close };
  } catch (error) {
    await close();
    throw error;
  }
};

type Samples = Readonly<Record<StepName, readonly ReadsSample[]>>;

const rowsOf = (samples: Samples) =>
  steps.map((step) => ({
    ...readsRow(step, samples[step]),
    "CPU µs/read, this process": (
      (1_000 * samples[step].reduce((sum, { ownMsARead }) => sum + ownMsARead, 0)) /
      samples[step].length
    ).toFixed(1),
  }));

const measureHop = async (
  server: string,
  reads: Reads,
  { warmUpMs, measureMs, rounds }: ReadsTiming,
): Promise<Samples> => {
  const { services, gateway, catalogUrl, close } = await openThree(server);
  const proxy = await startProxy(catalogUrl);
  try {
    const targets: Record<StepName, { url: string; pids: number[] }> = {
      "the catalog itself": { url: catalogUrl, pids: [services.pid] },
      "a bare proxy": { url: proxy.url, pids: [proxy.pid] },
      "the gateway": { url: gateway.url, pids: [gateway.pid] },
    };
    const paths = [...generateProducts(0, PRODUCTS)].map(({ product }) => `/v1/products/${product.id}`);
    const ask = (step: StepName, timing: Pick<ReadsTiming, "warmUpMs" | "measureMs">) =>
      measureReads({ ...targets[step], databasePrefix: prefix }, reads, {
        paths,
        clients: CLIENTS,
        ...timing,
      });
    const samples: Record<StepName, ReadsSample[]> = {
      "the catalog itself": [],
      "a bare proxy": [],
      "the gateway": [],
    };
    for (const step of steps) await ask(step, { warmUpMs: FIRST_MS, measureMs: 100 });
    for (let round = 1; round <= rounds; round += 1)
      for (const step of steps) samples[step].push(await ask(step, { warmUpMs, measureMs }));
    return samples;
  } finally {
    await proxy.close();
    await close();
  }
};

const runHop = async (server: string, timing: ReadsTiming): Promise<PartResult> => {
  const reads = startReads();
  try {
    const samples = await measureHop(server, reads, timing);
    say(
      `\nA product through one hop more, ${CLIENTS} clients; others' CPU includes the processes behind the one that is asked:`,
    );
    console.table(rowsOf(samples));
    const goal = {
      id: "P7",
      what: "through the gateway / a bare proxy",
      limit: 0.8,
      wanted: "at least",
    } as const;
    const ratios = samples["the gateway"].map(
      ({ perSecond }, round) => perSecond / (samples["a bare proxy"][round]?.perSecond ?? Number.NaN),
    );
    return {
      steps: Object.fromEntries(steps.map((step) => [`hop, ${step}`, figuresOf(step, samples[step])])),
      verdicts: [verdictOf(goal, ratios)],
      problems: steps.flatMap((step) => problemsIn(`hop, ${step}`, samples[step])),
    };
  } finally {
    await reads.close();
  }
};

/** P7, for `bun run bench`. */
export const hopPart: BenchPart = { targets: ["p7"], run: runHop };

if (import.meta.main) {
  const quick = Bun.argv.includes("--quick");
  const { verdicts, problems } = await runHop(await testServer(), quick ? QUICK_READS : USUAL_READS);
  printVerdicts(verdicts);
  for (const problem of problems) say(`✗ ${problem}`);
  process.exit(problems.length === 0 ? 0 : 1);
}
