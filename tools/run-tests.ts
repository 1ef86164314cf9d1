/**
 * `bun run test [filter…]`: every test of the tree. DATABASE_URL, REDIS_URL and RABBITMQ_URL switch on the suites that
 * need real servers; without DATABASE_URL the database tests use an embedded PostgreSQL. The last line is the result.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { withClient } from "../shared/drivers/ensure-database.ts";
import { temporaryPostgres } from "../shared/testing/temporary-postgres.ts";
import { openSuiteCanary } from "./canary/suite-canary.ts";
import { readReport, resultLine, serverReport } from "./test-report.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const TEST_TIMEOUT_MS = 20_000;
/** Test files that run at once, each in a process of its own: one more than there are cores, since much of the suite is waiting. */
const WORKERS = Math.max(2, availableParallelism()) + 1;

async function checkServers(): Promise<void> {
  const { DATABASE_URL, TEST_DATABASE_URL, REDIS_URL, RABBITMQ_URL } = process.env;
  await answers("DATABASE_URL", DATABASE_URL, pingPostgres);
  await answers("TEST_DATABASE_URL", TEST_DATABASE_URL, pingPostgres);
  await answers("REDIS_URL", REDIS_URL, (url) => connectTo(url, { "redis:": 6_379, "rediss:": 6_379 }));
  await answers("RABBITMQ_URL", RABBITMQ_URL, (url) => connectTo(url, { "amqp:": 5_672, "amqps:": 5_671 }));
}

/** A server that was asked for and is not there is a failure, never a skipped suite. */
async function answers(variable: string, url: string | undefined, ping: (url: string) => Promise<unknown>) {
  if (!url) {
    return;
  }
  try {
    await ping(url);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${variable} is set, but its server does not answer: ${reason}`);
  }
}

const pingPostgres = (url: string) => withClient(url, (client) => client.query("SELECT 1"));

async function connectTo(url: string, defaultPorts: Readonly<Record<string, number>>): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const known = defaultPorts[protocol];
  if (known === undefined) {
    throw new Error(`it begins with ${protocol}//, not with one of ${Object.keys(defaultPorts).join(", ")}`);
  }
  const opened = Promise.withResolvers<void>();
  const timer = setTimeout(() => opened.reject(new Error("no connection in time")), CONNECT_TIMEOUT_MS);
  const connecting = Bun.connect({
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || known,
    socket: { data: () => undefined, open: (socket) => void socket.end() },
  });
  connecting.then(() => opened.resolve(), opened.reject);
  await opened.promise.finally(() => clearTimeout(timer));
}

async function runTests(folder: string, testDatabaseUrl: string | undefined): Promise<number> {
  const canary = openSuiteCanary(folder);
  const files = { junit: join(folder, "junit.xml"), servers: join(folder, "servers.jsonl") };
  const tests = Bun.spawn(
    [
      process.execPath,
      "test",
      `--timeout=${TEST_TIMEOUT_MS}`,
      `--parallel=${WORKERS}`,
      "--reporter=junit",
      `--reporter-outfile=${files.junit}`,
      ...process.argv.slice(2),
    ],
    {
      cwd: join(import.meta.dir, ".."),
      env: {
        ...process.env,
        ...(testDatabaseUrl === undefined ? {} : { TEST_DATABASE_URL: testDatabaseUrl }),
        KIOSK_TEST_SKIPS: files.servers,
        ...canary.env,
      },
      stdio: ["inherit", "inherit", "inherit"],
    },
  );
  // Ctrl-C reaches the tests through the terminal; we stay to clean up after them.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => tests.kill("SIGTERM"));
  const exitCode = await tests.exited;
  const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");
  console.info(`\n${serverReport(read(files.servers), process.env)}`);
  const leaks = canary.verdict();
  console.info(leaks.text);
  const counts = readReport(read(files.junit));
  console.info(resultLine({ ...counts, failed: counts.failed + leaks.failed }, exitCode));
  return exitCode || leaks.failed;
}

async function main(): Promise<number> {
  await checkServers();
  const external = process.env.TEST_DATABASE_URL || process.env.DATABASE_URL;
  const embedded = external ? undefined : await temporaryPostgres();
  const folder = mkdtempSync(join(tmpdir(), "kiosk-tests-"));
  try {
    return await runTests(folder, embedded?.url);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await embedded?.remove();
  }
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
