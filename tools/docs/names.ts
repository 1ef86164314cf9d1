import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import manifest from "../../package.json" with { type: "json" };
import { errorCodes } from "../../shared/kernel/errors.ts";
import { unknownVariables } from "../deploy/testing/part-environment.ts";
import { readDocuments } from "../deploy/yaml-files.ts";
import { inRepository, type MarkdownFile } from "./markdown.ts";

const scripts: Readonly<Record<string, string>> = manifest.scripts;
/** What is behind these words is for another program: a path or an option of `bun test`. */
const PASSED_ON = new Set(["test"]);

const compose = z
  .looseObject({
    services: z.record(z.string(), z.looseObject({ profiles: z.array(z.string()).default([]) })),
  })
  .parse(readDocuments("docker-compose.yml")[0]);
const profiles = new Set(Object.values(compose.services).flatMap((service) => service.profiles));
const composeVariables = new Set(
  [...readFileSync(inRepository("docker-compose.yml"), "utf8").matchAll(/\$\{([A-Z_]+)/g)].map((m) => m[1]),
);

const namesIn = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? "")),
];

const VARIABLE = /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g;
/** Where commands and tests read variables beside the schemas. */
const READERS = [
  "e2e",
  "tools",
  "bench",
  "prove",
  "simulator",
  "sandbox",
  "docs/how-to/code",
  "shared/testing",
];

let known: ReadonlySet<string> | undefined;
const readByCommands = (name: string): boolean => {
  known ??= new Set(
    READERS.flatMap((room) =>
      [...new Bun.Glob("**/*.ts").scanSync({ cwd: inRepository(room) })]
        .map((path) => `${room}/${path}`)
        // But for our own tests, which name what nobody has.
        .filter((path) => !path.startsWith("tools/docs/"))
        .flatMap((path) => namesIn(readFileSync(inRepository(path), "utf8"), VARIABLE)),
    ),
  );
  return known.has(name);
};

/** Variables, as prose and commands write them, that nothing reads. */
export const strangeVariables = (text: string): readonly string[] => {
  const written = namesIn(text, /(?:`|^|\s)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?=[=`])/gm);
  return unknownVariables(written).filter(
    (name) =>
      !composeVariables.has(name) &&
      !(errorCodes as readonly string[]).includes(name) &&
      !readByCommands(name),
  );
};

/** The sources of a command of package.json: its file, and those beside it where it has a folder of its own. */
const sourcesOf = (script: string): string => {
  const [file = ""] = [...(scripts[script] ?? "").matchAll(/bun ((?:tools|bench|prove|simulator)\/\S+\.ts)/g)]
    .map((match) => match[1] ?? "")
    .filter((path) => !path.endsWith("ensure-installed.ts"))
    .slice(-1);
  if (file === "") return "";
  const folder = dirname(file);
  const files =
    folder === "tools"
      ? [file]
      : [...new Bun.Glob("**/*.ts").scanSync({ cwd: inRepository(folder) })].map(
          (name) => `${folder}/${name}`,
        );
  return files.map((path) => readFileSync(inRepository(path), "utf8")).join("\n");
};

/** Options that a command of ours is given and does not know. */
const strangeOptions = (text: string): readonly string[] =>
  [...text.matchAll(/\bbun run ([a-z][\w:-]*)([^\n`#|),;·]*)/g)].flatMap(([, script = "", words = ""]) => {
    if (PASSED_ON.has(script) || !words.includes("--")) return [];
    const sources = sourcesOf(script);
    return namesIn(words, /(?:^|\s)--([a-z][a-z-]*)/g)
      .filter((option) => !new RegExp(`["'\\s{]${option}["']?:|--${option}\\b|"${option}"`).test(sources))
      .map((option) => `bun run ${script} --${option}`);
  });

/** A file of these rooms, by its path from the root. */
const FILE = /(?<![\w./-])((?:tools|deploy|bench|e2e|docs|boot|shared|prove|simulator)\/[\w./-]+\.\w+)/g;

/** A file is named by its path from the root, or from the folder of the page that names it. */
const isThere = (page: string, file: string): boolean =>
  [file, join(dirname(page), file)].some((path) => existsSync(inRepository(path)));

/** What a page names of ours and what is not there: commands, their options, files, services and profiles of Compose. */
export const strangeNames = ({ path, text }: Pick<MarkdownFile, "path" | "text">): readonly string[] => [
  ...namesIn(text, /\bbun run ([a-z][\w:-]*)/g)
    .filter((name) => !(name in scripts))
    .map((name) => `bun run ${name}`),
  ...strangeOptions(text),
  ...namesIn(text, FILE).filter((file) => !file.includes(".local.") && !isThere(path, file)),
  ...namesIn(text, /docker compose run --rm ([\w-]+)/g).filter((name) => !(name in compose.services)),
  ...namesIn(text, /docker compose (?:-\S+ )*--profile (\w+)/g).filter((name) => !profiles.has(name)),
];

/** Pages that tell of what was: their names are those of their time. */
export const isHistory = ({ path }: Pick<MarkdownFile, "path">): boolean =>
  path === "CHANGELOG.md" || path.startsWith("docs/adr/");
