// `bun bench/start-up.ts`: how long `bun start` takes until `/ready` says so, in an empty folder and in one that is there already, and
// what memory all of it takes at rest, its PostgreSQL included (P9). The pages are bundled before, as an image has them. Linux alone knows
// the memory.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterFolder, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { freePort } from "../shared/drivers/free-port.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { buildPages } from "../tools/pages/build-pages.ts";
import { closeOnInterrupt } from "./interrupts.ts";
import { watchMachine } from "./machine.ts";
import { proportionalMb, withDescendants } from "./memory.ts";
import { type BenchPart, type PartResult, say } from "./part.ts";
import { printVerdicts } from "./report.ts";
import { range, spreadOf } from "./statistics.ts";
import { verdictOf } from "./targets.ts";

const ROOT = join(import.meta.dir, "..");
const START_TIMEOUT_MS = 120_000;
const LOOK_EVERY_MS = 10;
/** Until what a start leaves to be done is done. */
const IDLE_MS = 15_000;
const QUICK_IDLE_MS = 3_000;
/** Its server's processes are all counted as such. */
const NO_DATABASE = "no database has this name";

/** Without the servers of this shell: what a newcomer has. */
const environment = (dataDir: string, port: number): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  HOME: process.env.HOME ?? "",
  ...{ PORT: String(port), DATA_DIR: dataDir },
});

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/ready`)).ok;
  } catch {
    return false;
  }
};

/** `bun start` in a folder; `seconds` until it was ready. */
const start = async (dataDir: string) => {
  const port = freePort();
  const begun = performance.now();
  const child = Bun.spawn([process.execPath, "run", "start"], {
    cwd: ROOT,
    env: environment(dataDir, port),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const stop = closeOnInterrupt(async () => {
    // The shell between them passes no signal on: Kiosk is told itself, and PostgreSQL by Kiosk.
    for (const pid of kioskOf(child.pid)) process.kill(pid, "SIGTERM");
    await child.exited;
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    const timing = { timeoutMs: START_TIMEOUT_MS, everyMs: LOOK_EVERY_MS, what: "Kiosk to be ready" };
    await waitFor(() => isReady(url), timing);
  } catch (error) {
    await stop();
    throw error;
  }
  return { seconds: (performance.now() - begun) / 1_000, pid: child.pid, stop };
};

const kioskOf = (pid: number): number[] =>
  withDescendants(pid).filter((one) => {
    try {
      return readFileSync(`/proc/${one}/cmdline`, "utf8").split("\0").includes("kiosk.ts");
    } catch {
      return false;
    }
  });

/** The server's process and its children: the server is not a child of Kiosk's where it runs as another user. */
const postgresOf = (dataDir: string): number[] => {
  const record = readRecord(dataDir);
  if (record === undefined) return [];
  const [pid = ""] = readFileSync(join(clusterFolder(record.place), "postmaster.pid"), "utf8").split("\n");
  return withDescendants(Number(pid));
};

const sumMb = (pids: Iterable<number>): number =>
  [...pids].reduce((sum, pid) => sum + proportionalMb(pid), 0);

interface Round {
  readonly firstSeconds: number;
  readonly againSeconds: number;
  readonly kioskMb: number;
  readonly postgresMb: number;
  /** While it was at rest. */
  readonly othersShare: number;
}

const runRound = async (idleMs: number): Promise<Round> => {
  const dataDir = mkdtempSync(join(tmpdir(), "kiosk-start-"));
  try {
    const first = await start(dataDir);
    await first.stop();
    const again = await start(dataDir);
    try {
      const all = () => [...withDescendants(again.pid), ...postgresOf(dataDir)];
      const others = watchMachine({ pids: all(), databasePrefix: NO_DATABASE, generators: [process.pid] });
      await Bun.sleep(idleMs);
      const postgres = new Set(postgresOf(dataDir));
      const ours = new Set(all()).difference(postgres);
      return {
        ...{ firstSeconds: first.seconds, againSeconds: again.seconds },
        ...{ kioskMb: sumMb(ours), postgresMb: sumMb(postgres) },
        othersShare: others().othersShare,
      };
    } finally {
      await again.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};

const goals = [
  { what: "the first start, s", limit: 5, figure: ({ firstSeconds }: Round) => firstSeconds },
  { what: "a further start, s", limit: 1.5, figure: ({ againSeconds }: Round) => againSeconds },
  {
    what: "memory at rest with PostgreSQL, MB",
    limit: 300,
    figure: ({ kioskMb, postgresMb }: Round) => kioskMb + postgresMb,
  },
] as const;

const runStarts = async (rounds: number, idleMs: number): Promise<PartResult> => {
  await buildPages();
  const all: Round[] = [];
  while (all.length < rounds) all.push(await runRound(idleMs));
  const of = (pick: (round: Round) => number) => spreadOf(all.map(pick));
  const figures = {
    firstSeconds: of(({ firstSeconds }) => firstSeconds),
    againSeconds: of(({ againSeconds }) => againSeconds),
    kioskMb: of(({ kioskMb }) => kioskMb),
    postgresMb: of(({ postgresMb }) => postgresMb),
    othersShare: of(({ othersShare }) => othersShare),
  };
  say("\n`bun start` until it is ready, and its memory at rest:");
  console.table(
    Object.entries(figures).map(([figure, spread]) => ({
      figure,
      is: range(spread, (value) => value.toFixed(value < 10 ? 2 : 0)),
    })),
  );
  return {
    steps: { "start-up": figures },
    verdicts: goals.map(({ figure, ...goal }) =>
      verdictOf({ id: "P9", wanted: "at most", ...goal }, all.map(figure)),
    ),
    problems: [],
  };
};

/** P9, for `bun run bench`. */
export const startPart: BenchPart = {
  targets: ["p9"],
  run: (_server, { rounds, quick }) => runStarts(rounds, quick ? QUICK_IDLE_MS : IDLE_MS),
};

if (import.meta.main) {
  const quick = Bun.argv.includes("--quick");
  const { verdicts } = await runStarts(quick ? 1 : 3, quick ? QUICK_IDLE_MS : IDLE_MS);
  printVerdicts(verdicts);
  process.exit(0);
}
