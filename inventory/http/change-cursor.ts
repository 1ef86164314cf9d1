import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import { changePosition } from "../usecases/page-positions.ts";
import type { ChangeCursor } from "../usecases/ports.ts";

/** A cursor of changes as opaque text, for `after`. */
export const encodeChangeCursor = ({ tx, key }: ChangeCursor): string => encodeCursor([tx, key]);

/** Reads it back; null where there is none. Fails with `VALIDATION`. */
export const decodeChangeCursor = (text: string | undefined): ChangeCursor | null => {
  const position = decodeCursor(text, changePosition);
  return position && { tx: position[0], key: position[1] };
};
