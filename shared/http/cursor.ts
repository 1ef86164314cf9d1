import type { z } from "zod";
import { invalid } from "../kernel/errors.ts";

/** A keyset cursor: where the last page ended, as opaque text. Never trusted: it is checked when it comes back. */
export const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position)).toString("base64url");

/** PostgreSQL's text holds no NUL, so none of our cursors has one. */
const refuseNul = (_key: string, value: unknown): unknown => {
  if (typeof value === "string" && value.includes("\0")) throw new SyntaxError("a cursor with a NUL");
  return value;
};

/** Reads a cursor back; null where there is none. Fails with `VALIDATION` on anything that we did not make. */
export const decodeCursor = <Position>(
  cursor: string | undefined,
  schema: z.ZodType<Position>,
): Position | null => {
  if (cursor === undefined || cursor === "") return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"), refuseNul));
  } catch {
    throw invalid("/query/cursor", "is not a cursor of this list: begin again without it");
  }
};
