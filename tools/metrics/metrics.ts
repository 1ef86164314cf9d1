// `bun run metrics`: writes docs/metrics.md from a Kiosk that is started for it.

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKiosk } from "../kiosk-process.ts";
import { metricsDocument } from "./page.ts";

const FILE = join(import.meta.dir, "../../docs/metrics.md");
/** With traces, which have metrics of their own; nothing is sent, since nobody asks for anything. */
const TRACED = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

const dataDir = mkdtempSync(join(tmpdir(), "kiosk-metrics-"));
// Where we are root, PostgreSQL runs as another user, who must be able to enter.
chmodSync(dataDir, 0o755);
try {
  const kiosk = await startKiosk({ env: { PORT: "0", DATA_DIR: dataDir, ...TRACED } });
  try {
    await Bun.write(FILE, metricsDocument(await (await fetch(`${kiosk.url}/metrics`)).text()));
  } finally {
    await kiosk.stop();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
