import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize, relative } from "node:path";
import { type Placed, placeOf } from "./executors.ts";
import { inRepository } from "./markdown.ts";

const RELATIVE_IMPORT = /(from |import\()"(\.[^"]+)"/g;
/** `docs/how-to/code/acme.ts as orders/payment/acme.ts`: where a reader puts it. */
const AS = /^(\S+)(?: as (\S+))?$/;

/** A file as it reads where it is put: what it imports stays the same, by another way. */
const rebased = (text: string, from: string, to: string): string =>
  text.replaceAll(RELATIVE_IMPORT, (_, before: string, path: string) => {
    const way = relative(dirname(to), normalize(join(dirname(from), path)));
    return `${before}"${way.startsWith(".") ? way : `./${way}`}"`;
  });

/** A file that a page shows, and where it tells to put it. */
interface ShownFile {
  readonly path: string;
  readonly text: string;
  /** It belongs where it does not stand in the repository. */
  readonly isMoved: boolean;
}

/** The file that a block shows, in the words that the page has to have; null for a block that shows none. */
export const shownFile = ({ block }: Placed): ShownFile | null => {
  if (block.mark?.word !== "file") return null;
  const [, from = "", to = from] = AS.exec(block.mark.value) ?? [];
  if (!existsSync(inRepository(from))) return { path: from, text: "(there is no such file)", isMoved: false };
  const text = rebased(readFileSync(inRepository(from), "utf8"), from, to);
  return { path: to, text, isMoved: to !== from };
};

/** The files that a diff changes. */
const changedBy = (diff: string): readonly string[] =>
  [...diff.matchAll(/^\+\+\+ b\/(\S+)$/gm)].map((match) => match[1] ?? "");

const run = async (words: readonly string[], cwd: string): Promise<{ ok: boolean; said: string }> => {
  const child = Bun.spawn([...words], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { ok: exitCode === 0, said: `${out}${err}`.trim() };
};

/** The rooms of the repository by links, but for those that are to be changed: these are copied. Files are not linked, nobody writes through. */
const layOut = (folder: string, changed: ReadonlySet<string>): void => {
  for (const entry of readdirSync(inRepository(""), { withFileTypes: true })) {
    const { name } = entry;
    if (name.startsWith(".") || !(entry.isDirectory() || entry.isSymbolicLink())) continue;
    if (changed.has(name)) cpSync(inRepository(name), join(folder, name), { recursive: true });
    else symlinkSync(inRepository(name), join(folder, name));
  }
};

const tsconfig = (files: readonly string[]): string =>
  JSON.stringify({
    extends: inRepository("tsconfig.json"),
    // What a page shows is not always used on that page.
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    files,
    include: [],
  });

/** Puts the files where the pages tell to put them. */
const putFiles = (folder: string, files: readonly ShownFile[]): void => {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

/** Applies the diffs of all pages to the copies. Answers what could not be applied. */
const applyAll = async (folder: string, diffs: readonly Placed[]): Promise<string[]> => {
  const problems: string[] = [];
  for (const placed of diffs) {
    const patch = join(folder, "page.diff");
    writeFileSync(patch, placed.block.text);
    const { ok, said } = await run(["git", "apply", patch], folder);
    if (!ok) problems.push(`${placeOf(placed)}: ${said}`);
  }
  return problems;
};

/** Compiles files of the copy; what is wrong with a page's block is told by the page's line. */
const compileFiles = async (
  folder: string,
  files: readonly string[],
  modules: ReadonlyMap<string, Placed>,
) => {
  writeFileSync(join(folder, "tsconfig.json"), tsconfig([...modules.keys(), ...files]));
  const tsc = [inRepository("node_modules/.bin/tsc"), "--noEmit", "--project", folder, "--pretty", "false"];
  const { said } = await run(tsc, folder);
  const named = [...modules].reduce(
    (text, [name, placed]) => text.replaceAll(`${name}(`, `${placeOf(placed)} + (`),
    said,
  );
  return named.split("\n").filter((line) => line !== "");
};

/**
 * Compiles what the pages show: each block as a module in the root of the repository, the files where a reader puts them, and what the
 * diffs make of the rooms that they change. Answers what does not fit.
 */
export const compile = async (blocks: readonly Placed[]): Promise<readonly string[]> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kiosk-docs-")));
  try {
    const diffs = blocks.filter(({ block }) => block.language === "diff");
    const moved = blocks.map(shownFile).filter((file) => file?.isMoved === true) as ShownFile[];
    const touched = [
      ...diffs.flatMap(({ block }) => changedBy(block.text)),
      ...moved.map(({ path }) => path),
    ];
    layOut(folder, new Set(touched.map((path) => path.split("/")[0] ?? "")));
    putFiles(folder, moved);
    const problems = await applyAll(folder, diffs);
    const snippets = blocks.filter(
      ({ block }) => /^tsx?$/.test(block.language) && block.mark?.word !== "file",
    );
    const modules = new Map(
      snippets.map((placed, index) => [`page-${index}.${placed.block.language}`, placed]),
    );
    for (const [name, { block }] of modules) writeFileSync(join(folder, name), block.text);
    return [...problems, ...(await compileFiles(folder, touched, modules))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
