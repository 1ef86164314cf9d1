// The one entry. `bun start` runs everything in one process; `bun start orders notify` runs those alone.

import { stopWithLauncher } from "./boot/launcher.ts";
import { startReport } from "./boot/report.ts";
import { stopOnSignals } from "./boot/signals.ts";
import { startKiosk } from "./boot/start-kiosk.ts";
import manifest from "./package.json" with { type: "json" };

const startedAt = performance.now();
const say = (text: string) => process.stdout.write(`${text}\n`);

/** Failures that were written for people: their message says what to do. */
const FOR_PEOPLE = new Set(["ConfigError", "PortInUse", "FolderLocked", "StartError"]);

try {
  const starting = startKiosk(process.env, Bun.argv.slice(2));
  stopOnSignals(async () => (await starting.catch(() => null))?.stop(), say);
  stopWithLauncher(() => process.kill(process.pid, "SIGTERM"));
  const kiosk = await starting;
  say(startReport(kiosk, manifest.version, (performance.now() - startedAt) / 1000));
} catch (error) {
  const known = error instanceof Error && FOR_PEOPLE.has(error.name);
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(known ? `${text}\n` : `Kiosk could not start: ${text}\n`);
  process.exit(1);
}
