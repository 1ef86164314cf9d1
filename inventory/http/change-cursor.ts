import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import { changePosition } from "../usecases/page-positions.ts";
import type { ChangeCursor } from "../usecases/ports.ts";

/** A cursor of changes as opaque text, for `after` and for `Last-Event-ID`. */
export const encodeChangeCursor = ({ tx, sku }: ChangeCursor): string => encodeCursor([tx, sku]);

/** Reads it back; null where there is none. Fails with `VALIDATION`. */
export const decodeChangeCursor = (text: string | undefined): ChangeCursor | null => {
  const position = decodeCursor(text, changePosition);
  return position && { tx: position[0], sku: position[1] };
};
