// `bun run audiences`: writes docs/audiences.md, who may call which route, from a Kiosk that is started for it. A test compares the two.

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKiosk } from "../kiosk-process.ts";
import { AUDIENCES_PAGE, audiencesPage } from "./page.ts";
import { everyDoor, readRoutes } from "./routes.ts";

const dataDir = mkdtempSync(join(tmpdir(), "kiosk-audiences-"));
// Where we are root, PostgreSQL runs as another user, who must be able to enter.
chmodSync(dataDir, 0o755);
try {
  const { env, parts, urlOf } = everyDoor();
  const kiosk = await startKiosk({ env: { PORT: "0", DATA_DIR: dataDir, ...env }, parts });
  try {
    await Bun.write(AUDIENCES_PAGE, audiencesPage(await readRoutes(urlOf)));
  } finally {
    await kiosk.stop();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
