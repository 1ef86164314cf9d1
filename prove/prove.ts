// `bun run prove`: people buy while processes are killed and lines are cut by a seeded plan, and then every promise is judged. Ends with 1
// where one was broken, and with 2 where the run itself could not be done.

import { cpus, release, totalmem, type } from "node:os";
import { readOptions } from "./options.ts";
import { breachNamed, breachNames, promises } from "./promises/all.ts";
import { type Report, reportOf } from "./report.ts";
import { reportMarkdown, reportText } from "./report-text.ts";
import { runProof } from "./run.ts";

const BROKEN = 1;
const NOT_DONE = 2;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The commit that is being proved, and whether files differ from it; null outside a repository. */
const commitOf = (): string | null => {
  const git = (...words: string[]) => Bun.spawnSync(["git", ...words], { cwd: `${import.meta.dir}/..` });
  const head = git("rev-parse", "--short", "HEAD");
  if (head.exitCode !== 0) return null;
  const changed = git("status", "--porcelain").stdout.toString().trim() !== "";
  return `${head.stdout.toString().trim()}${changed ? " with changes" : ""}`;
};

const machineOf = (): Report["machine"] => ({
  system: `${type()} ${release()} ${process.arch}`,
  processors: cpus().length,
  model: cpus()[0]?.model.trim() ?? "unknown",
  memoryGb: Math.round(totalmem() / 2 ** 30),
  bun: Bun.version,
});

/** Ctrl-C ends the run, once more kills its processes instead of waiting for them, and a third time leaves everything as it is. */
const onInterrupt = (): { readonly signal: AbortSignal; readonly hurry: AbortSignal } => {
  const [controller, hurry] = [new AbortController(), new AbortController()];
  const onSignal = () => {
    if (hurry.signal.aborted) process.exit(NOT_DONE);
    if (controller.signal.aborted) {
      say(
        "Its processes are killed. Once more, and processes, databases, queues and folders may be left behind.",
      );
      return hurry.abort();
    }
    say("Ending the run: everything that it started is stopped and removed.");
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, onSignal);
  return { signal: controller.signal, hurry: hurry.signal };
};

const main = async (): Promise<number> => {
  const known = { promises: promises.map(({ name }) => name), breaches: breachNames };
  const anySeed = () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const options = readOptions(Bun.argv.slice(2), known, anySeed);
  const { seed, minutes, servers, only } = options;
  const startedAt = new Date();
  const { evidence, judged } = await runProof({
    ...{ seed, minutes, servers },
    promises: promises.filter(({ name }) => only === null || only.includes(name)),
    breach: options.breach === null ? null : (breachNamed(options.breach)?.breach ?? null),
    ...onInterrupt(),
    onProgress: (words) => say(`  ${words}`),
  });
  const report = reportOf(
    {
      options,
      only,
      broken: options.breach,
      commit: commitOf(),
      startedAt: startedAt.toISOString(),
      tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
      machine: machineOf(),
    },
    evidence,
    judged,
  );
  say(reportText(report));
  if (options.json !== null) await Bun.write(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.report !== null) await Bun.write(options.report, reportMarkdown(report));
  return report.kept ? 0 : BROKEN;
};

try {
  process.exit(await main());
} catch (error) {
  say(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(NOT_DONE);
}
