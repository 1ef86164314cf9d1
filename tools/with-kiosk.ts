import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KioskProcess, type KioskProcessOptions, startKiosk } from "./kiosk-process.ts";

/** Starts a Kiosk of its own in a temporary folder, has something done with it, and removes both. */
export const withKiosk = async (
  { env, parts = [] }: KioskProcessOptions,
  work: (kiosk: KioskProcess) => Promise<void>,
): Promise<void> => {
  const dataDir = mkdtempSync(join(tmpdir(), "kiosk-tool-"));
  // Where we are root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o755);
  try {
    const kiosk = await startKiosk({ env: { PORT: "0", DATA_DIR: dataDir, ...env }, parts });
    await work(kiosk).finally(() => kiosk.stop());
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};
