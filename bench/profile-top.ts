// `bun bench/profile-top.ts FOLDER_OR_FILE [--rows N] [--from SECONDS] [--to SECONDS]`: where a .cpuprofile's time went, by
// function, by file or package and by room. What the runtime does itself (JSON, buffers, sockets) stands with whoever asked for it.

import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";

const USAGE =
  "Usage: bun bench/profile-top.ts FOLDER_OR_FILE [--rows N] [--from SECONDS_SINCE_START] [--to SECONDS_SINCE_START]";
const ROWS = 25;
const ROOT = join(import.meta.dir, "..");
const SKIPPED = new Set(["(idle)", "(program)", "(root)"]);

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
      children: z.array(z.int()).optional(),
    }),
  ),
  samples: z.array(z.int()),
  /** Microseconds since the sample before. */
  timeDeltas: z.array(z.number()),
});
type Profile = z.infer<typeof profileSchema>;
type Node = Profile["nodes"][number];

interface Place {
  /** The function and where it stands. */
  readonly name: string;
  /** A file of ours, a package, or the runtime. */
  readonly file: string;
  /** The file of ours that asked for it, as far as the stack tells: what goes on after an await has no callers. */
  readonly askedBy: string;
}

const fileOf = ({ callFrame: { url } }: Node): string | null => {
  if (url === "") return null;
  const path = decodeURIComponent(url.replace(/^file:\/\//, ""));
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1];
  if (inPackage !== undefined) return `package ${inPackage}`;
  return path.startsWith("/") ? relative(ROOT, path) : path;
};

/** Every node with its place; what has no file of its own is named after the caller that has one. */
const placesOf = (profile: Profile): Map<number, Place> => {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const nearest = (node: Node, fits: (file: string) => boolean): Node | undefined => {
    let caller: Node | undefined = node;
    while (caller !== undefined && !fits(fileOf(caller) ?? ""))
      caller = nodes.get(parents.get(caller.id) ?? 0);
    return caller;
  };
  const isOurs = (file: string) => /^[^: ]+\.ts$/.test(file);
  const ownerOf = (node: Node): string => {
    const owner = nearest(node, isOurs);
    return (owner && fileOf(owner)) ?? "nobody that is known";
  };
  const placeOf = (node: Node): Place => {
    const own = node.callFrame.functionName || "(anonymous)";
    const askedBy = ownerOf(node);
    const caller = nearest(node, (file) => file !== "");
    if (caller === undefined) return { name: own, file: "the runtime", askedBy };
    const file = fileOf(caller) ?? "the runtime";
    const { functionName, lineNumber } = caller.callFrame;
    const where = `${functionName || "(anonymous)"} ${file}:${lineNumber + 1}`;
    return { name: caller === node ? where : `${own} ← ${where}`, file, askedBy };
  };
  return new Map(profile.nodes.map((node) => [node.id, placeOf(node)]));
};

/** Bun takes no samples while it waits, so most of a long delta was spent waiting: a sample stands for a usual one at most. */
const usualDelta = ({ timeDeltas }: Profile): number =>
  timeDeltas.toSorted((a, b) => a - b)[Math.floor(timeDeltas.length / 2)] ?? 0;

/** Microseconds by whatever `keyOf` says. */
const sumBy = (
  profile: Profile,
  window: { readonly from: number; readonly to: number },
  keyOf: (node: number) => string | null,
): Map<string, number> => {
  const sums = new Map<string, number>();
  const usual = usualDelta(profile);
  let at = 0;
  for (const [i, node] of profile.samples.entries()) {
    const micros = profile.timeDeltas[i] ?? 0;
    at += micros;
    const key = at >= window.from * 1e6 && at < window.to * 1e6 ? keyOf(node) : null;
    if (key !== null) sums.set(key, (sums.get(key) ?? 0) + Math.min(micros, usual));
  }
  return sums;
};

const show = (title: string, sums: ReadonlyMap<string, number>, rows: number): string => {
  const total = [...sums.values()].reduce((sum, micros) => sum + micros, 0);
  const lines = [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, rows)
    .map(
      ([name, micros]) =>
        `${((100 * micros) / total).toFixed(1).padStart(6)} %  ${(micros / 1_000).toFixed(0).padStart(7)} ms  ${name}`,
    );
  return [`${title} (${(total / 1e6).toFixed(1)} s busy)`, ...lines, ""].join("\n");
};

/** The first two folders of a file. */
const roomOf = (file: string): string => file.split("/").slice(0, -1).slice(0, 2).join("/") || file;

const filesIn = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith(".cpuprofile"))
        .map((name) => join(path, name))
    : [path];

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    args: Bun.argv.slice(2),
    options: { rows: { type: "string" }, from: { type: "string" }, to: { type: "string" } },
    allowPositionals: true,
  });
  const [path] = positionals;
  if (path === undefined) throw new Error(USAGE);
  const rows = Number(values.rows ?? ROWS);
  const window = { from: Number(values.from ?? 0), to: Number(values.to ?? Number.POSITIVE_INFINITY) };
  for (const file of filesIn(path)) {
    const profile = profileSchema.parse(await Bun.file(file).json());
    const places = placesOf(profile);
    const idle = new Set(
      profile.nodes.filter(({ callFrame }) => SKIPPED.has(callFrame.functionName)).map(({ id }) => id),
    );
    const by = (key: (place: Place) => string) =>
      sumBy(profile, window, (node) => {
        const place = places.get(node);
        return place === undefined || idle.has(node) ? null : key(place);
      });
    const say = (text: string) => process.stdout.write(`${text}\n`);
    say(`${file}\n`);
    say(
      show(
        "By function",
        by(({ name }) => name),
        rows,
      ),
    );
    say(
      show(
        "By file or package",
        by(({ file: at }) => at),
        rows,
      ),
    );
    say(
      show(
        "By the file of ours that asked",
        by(({ askedBy }) => askedBy),
        rows,
      ),
    );
    say(
      show(
        "By the room of ours that asked",
        by(({ askedBy }) => roomOf(askedBy)),
        rows,
      ),
    );
  }
};

await main();
