import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KioskProcess, type KioskProcessOptions, startKiosk } from "../tools/kiosk-process.ts";

/** A data folder for one test, and the Kiosks that run in it. */
export const ownFolder = () => {
  const dataDir = mkdtempSync(join(tmpdir(), "kiosk e2e "));
  // Where we are root, PostgreSQL runs as another user: it keeps its data in here only if it may enter.
  chmodSync(dataDir, 0o755);
  const started: KioskProcess[] = [];
  return {
    dataDir,
    async start({ env = {}, parts = [] }: Partial<KioskProcessOptions> = {}): Promise<KioskProcess> {
      const kiosk = await startKiosk({ env: { PORT: "0", DATA_DIR: dataDir, ...env }, parts });
      started.push(kiosk);
      return kiosk;
    },
    /** Stops what still runs and removes the folder. */
    async close(): Promise<void> {
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
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, err, exitCode };
};
