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
import { buildPages } from "./pages/build-pages.ts";
import { filesIn, readReport, resultLine, serverReport, slowestFiles, withSecondRun } from "./test-report.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const TEST_TIMEOUT_MS = 20_000;
/** Test files that run at once, each in a process of its own: one more than there are cores, since much of the suite is waiting. */
const WORKERS = Math.max(2, availableParallelism()) + 1;
/** Of the services of each Kiosk that a test begins: a PostgreSQL takes a hundred connections, and several files share it. */
const POOL_MAX = "4";
/** More files than these do not fail for want of time. */
const AGAIN_MAX = 8;

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

interface Run {
  readonly exitCode: number;
  /** Its JUnit report; empty where it died before it wrote one. */
  readonly junit: string;
  /** A file did not load, or something failed outside of a test: the report does not know of it. */
  readonly broken: boolean;
}

const SUMMARY_MAX = 4_096;
/** The line of Bun's summary that counts them. */
const BROKEN = /^ *[1-9]\d* errors?$/m;

/** Passes on what the tests say, and answers the end of it, where the counts stand. */
async function passOn(output: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let end = "";
  for await (const chunk of output) {
    process.stderr.write(chunk);
    end = (end + decoder.decode(chunk, { stream: true })).slice(-SUMMARY_MAX);
  }
  return end;
}

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** Runs `bun test` with these words and waits for its end. */
async function bunTest(
  words: readonly string[],
  junit: string,
  env: Readonly<Record<string, string>>,
): Promise<Run> {
  const tests = Bun.spawn(
    [
      process.execPath,
      "test",
      `--timeout=${TEST_TIMEOUT_MS}`,
      "--reporter=junit",
      `--reporter-outfile=${junit}`,
      ...words,
    ],
    {
      cwd: join(import.meta.dir, ".."),
      env: { ...process.env, ...env },
      stdio: ["inherit", "inherit", "pipe"],
    },
  );
  const end = () => tests.kill("SIGTERM");
  process.on("SIGTERM", end);
  const [summary, exitCode] = await Promise.all([passOn(tests.stderr), tests.exited]);
  process.off("SIGTERM", end);
  return { exitCode, junit: textOf(junit), broken: BROKEN.test(summary) };
}

/**
 * Files that failed beside others run once more alone, and that counts: three at once on two cores is a load at which a shop may
 * rightly say "not now". It is printed, so that nobody takes it for a first success.
 */
async function againAlone(first: Run, junit: string, env: Readonly<Record<string, string>>) {
  const failed = filesIn(first.junit).filter((counts) => counts.failed > 0);
  if (first.broken || failed.length === 0 || failed.length > AGAIN_MAX) return null;
  const names = failed.map(({ file }) => file);
  console.info(`\nfailed beside others, once more alone: ${names.join(", ")}`);
  return bunTest(
    names.map((name) => `./${name}`),
    junit,
    env,
  );
}

async function runTests(folder: string, testDatabaseUrl: string | undefined): Promise<number> {
  const canary = openSuiteCanary(folder);
  const servers = join(folder, "servers.jsonl");
  const env = {
    ...(testDatabaseUrl === undefined ? {} : { TEST_DATABASE_URL: testDatabaseUrl }),
    KIOSK_TEST_SKIPS: servers,
    DATABASE_POOL_MAX: POOL_MAX,
    ...canary.env,
  };
  // Ctrl-C reaches the tests through the terminal; we stay to clean up after them.
  process.on("SIGINT", () => undefined);
  const words = [`--parallel=${WORKERS}`, ...process.argv.slice(2)];
  const first = await bunTest(words, join(folder, "junit.xml"), env);
  const again = first.exitCode === 0 ? null : await againAlone(first, join(folder, "again.xml"), env);
  const { exitCode } = again ?? first;
  const counts = again === null ? readReport(first.junit) : withSecondRun(first.junit, again.junit);
  console.info(`\n${serverReport(textOf(servers), process.env)}`);
  console.info(slowestFiles(first.junit));
  const leaks = canary.verdict();
  console.info(leaks.text);
  console.info(resultLine({ ...counts, failed: counts.failed + leaks.failed }, exitCode));
  return exitCode || leaks.failed;
}

async function main(): Promise<number> {
  await checkServers();
  // Once for all: the tests that open a page would each do it.
  await buildPages();
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
