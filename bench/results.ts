import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { withClient } from "../shared/drivers/ensure-database.ts";
import type { PartResult } from "./part.ts";
import type { Verdict } from "./targets.ts";

const KEPT = join(import.meta.dir, "results.json");
const LOCAL = join(import.meta.dir, "results.local.json");

const machine = () => ({
  cpu: cpus()[0]?.model ?? "unknown",
  cpus: cpus().length,
  memoryGb: Math.round(totalmem() / 1e9),
  platform: `${process.platform} ${process.arch}`,
});

const postgresVersion = (server: string): Promise<string> =>
  withClient(server, async (client) => {
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return rows[0]?.server_version ?? "unknown";
  });

/** What a run leaves for programs to read, and for the next run to be compared with. */
export const resultsOf = async (parts: readonly PartResult[], server: string, rounds: number) => ({
  at: new Date().toISOString(),
  options: Bun.argv.slice(2),
  machine: machine(),
  versions: { kiosk: manifest.version, bun: Bun.version, postgres: await postgresVersion(server) },
  rounds,
  steps: Object.assign({}, ...parts.map(({ steps }) => steps)) as Record<string, object>,
  targets: parts.flatMap(({ verdicts }) => verdicts),
});

export type Results = Awaited<ReturnType<typeof resultsOf>>;

/** Only a whole run is kept; whatever else is measured goes beside it. Answers the file. */
export const writeResults = async (results: Results, isWhole: boolean): Promise<string> => {
  const file = isWhole ? KEPT : LOCAL;
  await Bun.write(file, `${JSON.stringify(results, null, 2)}\n`);
  return file;
};

interface Kept {
  readonly at: string;
  readonly targets?: readonly Verdict[];
  /** Where results were written before all targets stood in one list. */
  readonly catalogue?: { readonly targets?: readonly Verdict[] };
}

/** What was kept last; null where nothing was. */
export const readKept = async (): Promise<{ at: string; targets: readonly Verdict[] } | null> => {
  const file = Bun.file(KEPT);
  if (!(await file.exists())) return null;
  const { at, targets = [], catalogue } = (await file.json()) as Kept;
  return { at, targets: [...targets, ...(catalogue?.targets ?? [])] };
};
