/** Elements whose content nobody reads. */
const UNREAD = new Set(["script", "style", "head", "title", "template", "noscript", "iframe", "svg"]);
/** Elements that begin a new line, or a new paragraph. */
const LINES = new Set(["br", "li", "tr", "dt", "dd", "hr"]);
const PARAGRAPHS = new Set([
  ..."p div ul ol dl table section article header footer blockquote pre".split(" "),
  ..."h1 h2 h3 h4 h5 h6".split(" "),
]);

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  bull: "•",
  copy: "©",
  reg: "®",
  trade: "™",
  euro: "€",
  pound: "£",
  deg: "°",
  times: "×",
};

const characterOf = (code: number): string =>
  code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : "";

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{1,8}));/gi, (all, decimal, hex, name) => {
    if (decimal !== undefined) return characterOf(Number(decimal));
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    return ENTITIES[String(name).toLowerCase()] ?? all;
  });

/** Where a tag or a comment that begins at `from` ends, or -1: a `>` in an attribute's quotes is no end. */
const tagEnd = (html: string, from: number): number => {
  if (html.startsWith("<!--", from)) {
    const end = html.indexOf("-->", from);
    return end === -1 ? -1 : end + 2;
  }
  let quote = "";
  for (let at = from + 1; at < html.length; at += 1) {
    const sign = html[at] ?? "";
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === ">") return at;
  }
  return -1;
};

/** What a tag stands for in text. */
const breakOf = ({ name, opens }: { readonly name: string; readonly opens: boolean }): string => {
  if (PARAGRAPHS.has(name)) return "\n\n";
  return opens && LINES.has(name) ? "\n" : "";
};

const tidied = (text: string): string =>
  text
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/ ?\n ?/g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();

/** The next tag from a place on; null where there is none, or none that ends. */
const nextTag = (html: string, from: number) => {
  for (let open = html.indexOf("<", from); open !== -1; open = html.indexOf("<", open + 1)) {
    if (!/[a-z/!?]/i.test(html[open + 1] ?? "")) continue;
    const close = tagEnd(html, open);
    if (close === -1) return null;
    const [, slash, name = ""] = /^<(\/?)([a-z0-9]*)/i.exec(html.slice(open, open + NAME_MAX)) ?? [];
    return { open, end: close + 1, opens: slash === "", name: name.toLowerCase() };
  }
  return null;
};

/** Where what must not be read ends: before the tag that closes it, or at the end of all. */
const endOfUnread = (html: string, name: string, from: number): number => {
  const closing = new RegExp(`</${name}`, "gi");
  closing.lastIndex = from;
  return closing.exec(html)?.index ?? html.length;
};

/** Longer than any element's name with its `</`. */
const NAME_MAX = 16;

const textOf = (html: string): string => unescaped(html).replaceAll(/\s+/g, " ");

/**
 * The text of a piece of HTML, for people: lines and paragraphs are kept, everything else of its looks is left out. No parser of the
 * standard, and none is needed: what comes out is text, never shown as HTML. Its work grows with its input alone.
 */
export const textOfHtml = (html: string): string => {
  const parts: string[] = [];
  let at = 0;
  for (let tag = nextTag(html, at); tag !== null; tag = nextTag(html, at)) {
    parts.push(textOf(html.slice(at, tag.open)), breakOf(tag));
    at = tag.end;
    if (tag.opens && UNREAD.has(tag.name)) at = endOfUnread(html, tag.name, at);
  }
  parts.push(textOf(html.slice(at)));
  return tidied(parts.join(""));
};
