import { isImageAddress, type Read, readDescription } from "./import-cells.ts";
import { textOfHtml } from "./import-html.ts";
import type { ProductStatus } from "./product.ts";
import { productLimits } from "./product-limits.ts";
import { tidyText } from "./tidy-text.ts";

// The cells of Shopify's product CSV that are not as in our own files.

/** Markup is longer than its text; beyond this it is not looked at. */
const HTML_MAX = 200_000;

/** The address of one picture. */
export const readPicture = (cell: string): Read<string> =>
  isImageAddress(cell) ? { value: cell } : { problem: "must be an http or https address" };

/** A spreadsheet is kept from making a number of it by an apostrophe, which Shopify's own exports have as well. */
export const bare =
  <Value>(rule: (cell: string) => Read<Value>) =>
  (cell: string): Read<Value> =>
    rule(cell.replace(/^'/, ""));

export const readBody = (html: string): Read<string> => {
  if (html.length > HTML_MAX) return { problem: `may have ${HTML_MAX} characters at most` };
  return readDescription(tidyText(textOfHtml(html)));
};

export const readFlag = (cell: string): Read<boolean> => {
  const word = cell.toLowerCase();
  return word === "true" || word === "false"
    ? { value: word === "true" }
    : { problem: "must be true or false" };
};

/** Whole tags, as many as an attribute holds. */
export const fittingTags = (cell: string): string => {
  let text = "";
  for (const tag of cell.split(",").map((each) => each.trim())) {
    const longer = text === "" ? tag : `${text}, ${tag}`;
    if (longer.length > productLimits.attributeTextMax) break;
    text = longer;
  }
  return text;
};

export const short = (cell: string): Read<string> =>
  cell.length <= productLimits.attributeTextMax
    ? { value: cell }
    : { problem: `must be ${productLimits.attributeTextMax} characters at most` };

/** Not published is not for everybody's eyes, whatever the status says of it. */
export const statusOf = (status: ProductStatus | undefined, published: boolean | undefined) =>
  published === false && status !== "archived" ? "draft" : (status ?? (published ? "active" : undefined));
