import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRepository } from "./yaml-files.ts";

interface Rule {
  readonly isKept: boolean;
  readonly matches: (path: string) => boolean;
}

/** A pattern stands for what it names and all that is below (Docker's documentation, ".dockerignore files"). */
const ruleOf = (line: string): Rule => {
  const isKept = line.startsWith("!");
  const pattern = isKept ? line.slice(1) : line;
  const glob = new Bun.Glob(pattern);
  const matches = (path: string): boolean => {
    const names = path.split("/");
    return names.some((_, i) => glob.match(names.slice(0, i + 1).join("/")));
  };
  return { isKept, matches };
};

/** Whether a path goes into the image: the last rule that matches it decides. */
export const contextRules = (ignoreFile: string): ((path: string) => boolean) => {
  const rules = ignoreFile
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(ruleOf);
  return (path) => rules.findLast(({ matches }) => matches(path))?.isKept ?? true;
};

/** Never looked into: large, and no rule keeps them. */
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", ".git", ".data", "backups"]);

const filesBelow = (folder: string, prefix = ""): string[] =>
  readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (SKIPPED.has(entry.name)) return [];
    return entry.isDirectory() ? filesBelow(folder, path) : [path];
  });

/** The files of the repository that `COPY . .` copies. */
export const contextFiles = (): readonly string[] => {
  const isKept = contextRules(readFileSync(inRepository(".dockerignore"), "utf8"));
  return filesBelow(inRepository("")).filter(isKept);
};

/** Copies files of the repository to where an image would have them. */
export const copyInto = (folder: string, paths: readonly string[]): void => {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(inRepository(path), join(folder, path));
  }
};
