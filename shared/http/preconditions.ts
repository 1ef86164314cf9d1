import { versionMismatch } from "../kernel/errors.ts";

/** The strong entity tag of a version, such as `"7"`. */
export const etagOf = (version: number): string => `"${version}"`;

const tagsOf = (header: string): string[] => header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));

/**
 * The version that `If-Match` asks for: null where the header is missing or `*`, 0 for what is not there yet (`If-None-Match: *`;
 * RFC 9110, section 13.1.2). Fails with `VERSION_MISMATCH` on a tag that no version of ours can have.
 */
export const expectedVersion = (request: Request): number | null => {
  if (request.headers.get("if-none-match")?.trim() === "*") return 0;
  const header = request.headers.get("if-match");
  if (header === null || header.trim() === "*") return null;
  const version = Number(/^"(\d+)"$/.exec(tagsOf(header)[0] ?? "")?.[1]);
  if (!Number.isSafeInteger(version)) throw versionMismatch();
  return version;
};

/** True when what was sent as `If-None-Match` names the tag, so that 304 is the answer. */
export const namesTag = (ifNoneMatch: string | null, etag: string): boolean =>
  ifNoneMatch !== null &&
  (ifNoneMatch.trim() === "*" || tagsOf(ifNoneMatch).includes(etag.replace(/^W\//, "")));

/** True when the request names the tag in its `If-None-Match`. */
export const isNotModified = (request: Request, etag: string): boolean =>
  namesTag(request.headers.get("if-none-match"), etag);
