import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { anchorsIn, inRepository, type MarkdownFile, proseOf } from "./markdown.ts";

const LINK = /\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g;
const ELSEWHERE = /^(https?|mailto):/;

/** Where a link within the repository leads: a path, and a heading where it names one. */
const targetOf = (from: string, link: string): { readonly path: string; readonly anchor: string | null } => {
  const [file = "", anchor = null] = link.split("#");
  return { path: file === "" ? from : normalize(join(dirname(from), decodeURIComponent(file))), anchor };
};

/** Links of a file that lead to nothing, each as a sentence. What is elsewhere in the web is not looked at. */
export const brokenLinks = ({ path, text }: MarkdownFile): string[] =>
  [...proseOf(text).matchAll(LINK)].flatMap(([, link = ""]) => {
    if (ELSEWHERE.test(link)) return [];
    const to = targetOf(path, link);
    const file = inRepository(to.path);
    if (to.path.startsWith("..") || !existsSync(file))
      return [`${path}: ${link} leads to nothing in the repository`];
    if (to.anchor === null || !to.path.endsWith(".md")) return [];
    return anchorsIn(readFileSync(file, "utf8")).has(to.anchor)
      ? []
      : [`${path}: ${link}: ${to.path} has no heading of that name`];
  });
