import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames } from "../shared/drivers/ensure-database.ts";
import { serviceNames } from "../shared/runtime/service.ts";
import { CANARY_VARIABLE, canary } from "../shared/testing/canary/canary.ts";
import { heardLines } from "../shared/testing/canary/heard-lines.ts";
import { dumpTables } from "../shared/testing/canary/table-dump.ts";
import { type KioskProcess, type KioskProcessOptions, startKiosk } from "../tools/kiosk-process.ts";

/** Shows the canary the databases of a folder's own PostgreSQL, while it still runs. */
const dumpEmbedded = async (dataDir: string): Promise<void> => {
  const record = canary && readRecord(dataDir);
  if (!record) return;
  canary?.learn("password", record.password);
  for (const name of serviceNames)
    await dumpTables({ name, url: clusterUrl(record, databaseNames[name]), world: dataDir });
};

/** A data folder for one test, and the Kiosks that run in it. */
export const ownFolder = () => {
  const dataDir = mkdtempSync(join(tmpdir(), "kiosk e2e "));
  // Where we are root, PostgreSQL runs as another user: it keeps its data in here only if it may enter.
  chmodSync(dataDir, 0o755);
  const started: KioskProcess[] = [];
  const starting = new Set<Promise<unknown>>();
  let isClosed = false;
  let running = 0;
  /** The last one takes the folder's PostgreSQL with it: what is in there is shown to the canary before. */
  const stop = async (kiosk: KioskProcess): Promise<number> => {
    if (running > 0) await dumpEmbedded(dataDir);
    return kiosk.stop();
  };
  const launch = async ({ env = {}, ...rest }: Partial<KioskProcessOptions>): Promise<KioskProcess> => {
    const kiosk = await startKiosk({ ...rest, env: { PORT: "0", DATA_DIR: dataDir, ...env } });
    started.push(kiosk);
    running += 1;
    void kiosk.exited.then(() => {
      running -= 1;
    });
    return { ...kiosk, stop: () => stop(kiosk) };
  };
  return {
    dataDir,
    async start(options: Partial<KioskProcessOptions> = {}): Promise<KioskProcess> {
      if (isClosed) throw new Error("The folder is gone: nothing is started in it any more.");
      const launched = launch(options);
      starting.add(launched);
      return launched.finally(() => starting.delete(launched));
    },
    /** Stops what still runs, also what is only starting now, and removes the folder. */
    async close(): Promise<void> {
      isClosed = true;
      await Promise.allSettled(starting);
      if (running > 0) await dumpEmbedded(dataDir);
      await Promise.all(started.map((kiosk) => kiosk.stop()));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** Runs one of our commands to its end. */
export const runCommand = async (
  script: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
) => {
  const child = Bun.spawn([process.execPath, script, ...words], {
    cwd: join(import.meta.dir, ".."),
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      // A command that signs somebody in tells of it as a test does.
      [CANARY_VARIABLE]: process.env[CANARY_VARIABLE] ?? "",
      ...env,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  canary?.learnFrom(env);
  const heard = heardLines("command", env.DATA_DIR);
  heard.add(`${out}\n${err}`);
  heard.end();
  return { out, err, exitCode };
};
