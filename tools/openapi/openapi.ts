// `bun run openapi`: writes docs/openapi.json, the API of a Kiosk that is started for it, and the client's types. A test compares both.

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenApi } from "../../gateway/api-document/open-api.ts";
import { everyDoor } from "../audiences/routes.ts";
import { startKiosk } from "../kiosk-process.ts";
import { generatedFiles } from "./files.ts";

const dataDir = mkdtempSync(join(tmpdir(), "kiosk-openapi-"));
// Where we are root, PostgreSQL runs as another user, who must be able to enter.
chmodSync(dataDir, 0o755);
try {
  const { env, parts } = everyDoor();
  const kiosk = await startKiosk({ env: { PORT: "0", DATA_DIR: dataDir, ...env }, parts });
  try {
    const document = (await (await fetch(`${kiosk.url}/openapi.json`)).json()) as OpenApi;
    for (const [path, text] of await generatedFiles(document)) await Bun.write(path, text);
  } finally {
    await kiosk.stop();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
