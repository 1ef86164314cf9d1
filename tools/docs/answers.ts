type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What is another one each time: ids, moments, numbers of orders, addresses of this machine, tokens and links. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<moment>"],
  [/\bK-\d+\b/g, "<number>"],
  [/(localhost|127\.0\.0\.1):\d+/g, "<address>"],
  [/\b[\w-]{20,}\b/g, "<token>"],
];

const settled = (text: string): string =>
  CHANGING.reduce((before, [pattern, word]) => before.replaceAll(pattern, word), text);

const differs = (wanted: Json, got: Json | undefined, at: string): readonly string[] => {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got) || got.length < wanted.length)
      return [`${at || "/"}: a list of ${wanted.length} or more`];
    return wanted.flatMap((item, index) => differs(item, got[index], `${at}/${index}`));
  }
  if (typeof wanted === "object" && wanted !== null) {
    if (typeof got !== "object" || got === null || Array.isArray(got)) return [`${at || "/"}: an object`];
    const members = got as Readonly<Record<string, Json>>;
    return Object.entries(wanted).flatMap(([name, value]) => differs(value, members[name], `${at}/${name}`));
  }
  const same =
    typeof wanted === "string" && typeof got === "string" ? settled(wanted) === settled(got) : wanted === got;
  return same ? [] : [`${at || "/"}: ${JSON.stringify(wanted)}, and not ${JSON.stringify(got)}`];
};

/**
 * Where an answer is not what a page says it is. The page may leave members out; those that it shows have to be there with the same
 * values, but for what is another one each time.
 */
export const differencesOf = (page: string, answer: string): readonly string[] => {
  let got: Json;
  try {
    got = JSON.parse(answer) as Json;
  } catch {
    return [`no JSON: ${answer.slice(0, 300)}`];
  }
  return differs(JSON.parse(page) as Json, got, "");
};

/** The same for lines of text: each line of the page has to stand in what was printed, in this order; `…` stands for anything. */
export const missingLines = (page: string, printed: string): readonly string[] => {
  const lines = settled(printed)
    .split("\n")
    .map((line) => line.trim());
  let from = 0;
  return page.split("\n").flatMap((written) => {
    const line = settled(written.trim());
    if (line === "" || line === "…") return [];
    const pattern = new RegExp(`^${line.split("…").map(RegExp.escape).join(".*")}$`);
    const at = lines.findIndex((one, index) => index >= from && pattern.test(one));
    if (at === -1) return [written.trim()];
    from = at + 1;
    return [];
  });
};
