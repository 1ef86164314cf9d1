/** Telegram's limit for the text of a message, in UTF-16 units after its markup has been read (Bot API, sendMessage). */
export const TEXT_MAX = 4096;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

/** Markup for `parse_mode: "HTML"`. Only the `html` tag makes it, so whatever was interpolated has been escaped. */
export class Html {
  constructor(readonly markup: string) {}

  /** As a reader sees it: without tags, entities resolved. */
  get text(): string {
    return this.markup
      .replace(/<[^>]*>/g, "")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&");
  }
}

type Value = string | number | Html | readonly Html[];

const markupOf = (value: Value): string => {
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(({ markup }) => markup).join("");
  return escapeHtml(String(value));
};

/** The one way to write a message: every value is escaped, markup stays. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(parts.reduce((text, part, i) => text + markupOf(values[i - 1] ?? "") + part));

/** Lines of a message, one below the other; nulls are left out. */
export const lines = (...rows: readonly (Html | null)[]): Html =>
  new Html(
    rows
      .filter((row) => row !== null)
      .map(({ markup }) => markup)
      .join("\n"),
  );

/** Cuts a value that somebody else chose, such as a product's name, at so many characters. */
export const clip = (text: string, max: number): string => {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join("")}…`;
};

/** Telegram refuses raw text that is longer, before it reads the markup ("Text is too long", Client.cpp). */
const MARKUP_BYTES_MAX = 32_768;

/** The first so many UTF-16 units, without half a character at the end. */
const clipUnits = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(max - 2)) ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
};

/**
 * The message as it is where Telegram takes it; else its beginning, without markup. Texts clip what others chose, so this is for what they did
 * not expect: something is told at least.
 */
export const fitting = (words: Html): Html => {
  const isShort = words.text.length <= TEXT_MAX && Buffer.byteLength(words.markup) <= MARKUP_BYTES_MAX;
  return isShort ? words : html`${clipUnits(words.text, TEXT_MAX)}`;
};
