// `bun bench/catalogue-import.ts [PRODUCTS]`: what it takes to import a large file in one request, a first time and again, and what
// memory that costs the process. Uses PostgreSQL at DATABASE_URL, else an embedded one.

import { readKeptSecrets } from "../boot/secrets.ts";
import { testServer } from "../shared/testing/test-server.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import { sendFile } from "../tools/import/send-file.ts";
import { openOneProcess } from "./busy-shop.ts";
import { residentMb } from "./memory.ts";
import { processorMs } from "./processor-time.ts";
import { productFile } from "./product-file.ts";

const PRODUCTS = 100_000;
const SAMPLE_EVERY_MS = 100;
const MEGABYTE = 1024 * 1024;

/** Does the work and says what it took of a process. */
const watched = async <Result>(pid: number, work: () => Promise<Result>) => {
  const [before, cpuBefore, startedAt] = [residentMb(pid), processorMs(pid), performance.now()];
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb(pid));
  }, SAMPLE_EVERY_MS);
  const result = await work().finally(() => clearInterval(timer));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { result, before, peak, after: residentMb(pid), seconds, cpuMs: processorMs(pid) - cpuBefore };
};

const main = async (count: number): Promise<number> => {
  const file = new Blob([...productFile(count)]);
  const shop = await openOneProcess(await testServer(), {});
  try {
    const api = createApiClient(shop.url);
    const sandbox = createSandboxClient(api, readKeptSecrets(shop.dataDir).SANDBOX_TOKEN ?? "");
    const { accessToken } = await signIn(api, sandbox, { firstName: "Merchant", phone: shop.adminPhone });
    const [pid = 0] = shop.pids;
    const rows = [];
    for (const run of ["first", "again", "dry run"]) {
      const { result, ...took } = await watched(pid, () =>
        sendFile(file, {
          ...{ url: shop.url, token: async () => accessToken, id: crypto.randomUUID() },
          ...{ dryRun: run === "dry run", onProgress: () => undefined },
        }),
      );
      rows.push({
        run,
        created: result.created,
        unchanged: result.unchanged,
        bad: result.bad,
        seconds: took.seconds.toFixed(1),
        "products/s": Math.round(count / took.seconds),
        "CPU s of Kiosk": (took.cpuMs / 1_000).toFixed(1),
        "MB before": took.before.toFixed(1),
        "MB at most": took.peak.toFixed(1),
        "MB grown": (took.peak - took.before).toFixed(1),
      });
    }
    console.info(
      `${count} products, ${(file.size / MEGABYTE).toFixed(1)} MB, one request, everything in one process:`,
    );
    console.table(rows);
    return rows.every(({ bad, created, unchanged }) => bad === 0 && created + unchanged === count) ? 0 : 1;
  } finally {
    await shop.close();
  }
};

process.exit(await main(Number(Bun.argv[2] ?? PRODUCTS)));
