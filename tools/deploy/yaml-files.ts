import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A path of the repository, absolute. */
export const inRepository = (path: string): string => `${ROOT}${path}`;

/** The documents of a text of YAML, anchors and merges resolved. Throws on what is not well-formed, doubled keys included. */
export const parseDocuments = (text: string, name: string): readonly unknown[] =>
  parseAllDocuments(text, { merge: true, uniqueKeys: true }).map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw new Error(`${name}: ${problem.message}`);
    return document.toJS() as unknown;
  });

/** The documents of a file of the repository. */
export const readDocuments = (path: string): readonly unknown[] =>
  parseDocuments(readFileSync(inRepository(path), "utf8"), path);
