import type { Block, MarkdownFile } from "./markdown.ts";

/** A block and where it stands. */
export interface Placed {
  readonly file: MarkdownFile;
  readonly block: Block;
}

export const placeOf = ({ file, block }: Placed): string => `${file.path}:${block.line}`;

/** The marks that a block of a language may have; `null` for none, and then it is run, read or compared as it stands. */
const marksOf: Readonly<Record<string, readonly (string | null)[]>> = {
  // Run in order, one shell a page; what cannot be run here says why.
  sh: [null, "not run"],
  // Read as JSON; compared with what the commands before it have printed.
  json: [null, "prints"],
  // Compiled; the same as a file, which a test runs; or run by a test that reads the page.
  ts: [null, "file", "run by"],
  tsx: [null, "file", "run by"],
  // Applied to a copy of what it changes, which is compiled.
  diff: [null],
  // Compared with what was printed; paths that have to exist; or a picture in letters.
  text: ["prints", "paths", "drawing", "not run"],
};
/** Marks that say nothing without words behind the colon. */
const NEED_WORDS = new Set(["not run", "file", "run by"]);

export const blocksOf = (files: readonly MarkdownFile[]): readonly Placed[] =>
  files.flatMap((file) =>
    file.steps.flatMap((step) => (step.kind === "block" ? [{ file, block: step }] : [])),
  );

/** Why nothing would find out that a block is wrong; null where something does. */
export const withoutExecutor = (placed: Placed): string | null => {
  const { language, mark } = placed.block;
  const allowed = marksOf[language];
  if (allowed === undefined)
    return `${placeOf(placed)}: nothing runs a block of "${language}": say one of ${Object.keys(marksOf).join(", ")}`;
  if (!allowed.includes(mark?.word ?? null))
    return `${placeOf(placed)}: <!-- ${mark?.word ?? "nothing"} --> is no way to run a block of ${language}`;
  if (mark !== null && NEED_WORDS.has(mark.word) && mark.value === "")
    return `${placeOf(placed)}: ${mark.word}: what, or why?`;
  return null;
};
