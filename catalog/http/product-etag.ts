import { versionMismatch } from "../../shared/kernel/errors.ts";
import type { ProductView } from "../usecases/ports.ts";

/**
 * The entity tag of a product as it is shown: version of the product, of its stock level, and of the category tree
 * that its path is read from.
 */
export const productEtag = ({ product, stock, treeVersion }: ProductView): string =>
  `"${product.version}-${stock.version}-${treeVersion}"`;

/**
 * The product version that `If-Match` asks for: null where the header is missing or `*`. Only the product counts, since
 * a change of a product overwrites neither stock nor categories; a bare `"7"` is understood too. Fails with
 * `VERSION_MISMATCH` on a tag that is none of ours.
 */
export const expectedProductVersion = (request: Request): number | null => {
  const header = request.headers.get("if-match")?.trim();
  if (header === undefined || header === "*") return null;
  const version = Number(/^(?:W\/)?"(\d{1,15})(?:-\d{1,15}){0,2}"$/.exec(header)?.[1]);
  if (!Number.isSafeInteger(version)) throw versionMismatch();
  return version;
};
