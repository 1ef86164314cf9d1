import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What other people wrote, and what a run leaves behind. */
const NOT_OURS = /(^|\/)(node_modules|\.data|backups)\//;

/** A path of the repository, absolute. */
export const inRepository = (path: string): string => `${ROOT}${path}`;

/** What an HTML comment on the line before a block says of it: `<!-- not run: needs Docker -->`, `<!-- prints -->`. */
export interface Mark {
  readonly word: string;
  /** Behind the colon; empty without one. */
  readonly value: string;
}

export interface Block {
  readonly kind: "block";
  /** Of the fence that opens it, from 1. */
  readonly line: number;
  /** Behind the fence; empty where nothing stands there. */
  readonly language: string;
  readonly text: string;
  readonly mark: Mark | null;
}

/** What a reader does by hand between two blocks: `<!-- by hand: … -->`, alone in its line. */
export interface Hand {
  readonly kind: "hand";
  readonly line: number;
  readonly does: string;
}

export interface MarkdownFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  /** Blocks and what is done between them, in order. */
  readonly steps: readonly (Block | Hand)[];
}

const COMMENT = /^<!-- ([a-z][a-z ]*?)(?:: (.*?))? -->$/;
const FENCE = /^ {0,3}```\s*([\w-]*)\s*$/;
const HAND = "by hand";

const markOf = (line: string): Mark | null => {
  const match = COMMENT.exec(line.trim());
  return match === null ? null : { word: match[1] ?? "", value: match[2] ?? "" };
};

/** The fenced blocks of a text of Markdown, and what is done by hand between them. Fails on a fence that is never closed. */
export const stepsOf = (text: string): readonly (Block | Hand)[] => {
  const lines = text.split("\n");
  const steps: (Block | Hand)[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const mark = markOf(lines[at] ?? "");
    if (mark?.word === HAND) steps.push({ kind: "hand", line: at + 1, does: mark.value });
    const opens = FENCE.exec(lines[at] ?? "");
    if (opens === null) continue;
    const before = markOf(lines[at - 1] ?? "");
    const end = lines.findIndex((line, index) => index > at && /^ {0,3}```\s*$/.test(line));
    if (end === -1) throw new Error(`the block that begins in line ${at + 1} is never closed`);
    steps.push({
      ...{
        kind: "block",
        line: at + 1,
        language: opens[1] ?? "",
        mark: before?.word === HAND ? null : before,
      },
      text: lines
        .slice(at + 1, end)
        .map((line) => `${line}\n`)
        .join(""),
    });
    at = end;
  }
  return steps;
};

export const readMarkdown = (path: string): MarkdownFile => {
  const text = readFileSync(inRepository(path), "utf8");
  return { path, text, steps: stepsOf(text) };
};

/** Every Markdown file of the repository, in the order of their paths. */
export const allMarkdown = (): readonly MarkdownFile[] =>
  [...new Bun.Glob("**/*.md").scanSync({ cwd: ROOT })]
    .filter((path) => !NOT_OURS.test(path))
    .sort()
    .map(readMarkdown);

/** The text without what stands in fences and between backticks, where nothing is a link. */
export const proseOf = (text: string): string =>
  text.replaceAll(/^ {0,3}```[\s\S]*?^ {0,3}```\s*$/gm, "").replaceAll(/`[^`\n]*`/g, "`");

/** The anchors of its headings as GitHub makes them: a second heading of the same words gets `-1`. */
export const anchorsIn = (text: string): ReadonlySet<string> => {
  const seen = new Map<string, number>();
  const headings = text.replaceAll(/^ {0,3}```[\s\S]*?^ {0,3}```\s*$/gm, "").matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) => {
      const anchor = heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-");
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
};
