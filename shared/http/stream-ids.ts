import { z } from "zod";
import type { ChangeCursor } from "../ports/change-feed.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";

/** Ids of the events of one stream: cursors as opaque text, in the name of the stream, so that another's id is known as foreign. */
export interface StreamIds {
  encode(cursor: ChangeCursor): string;
  /** Null for anything that is no id of this stream. */
  decode(id: string): ChangeCursor | null;
}

/** Keys of rows, as they stand in the ids of a stream. */
export const streamKeys = {
  /** A row that is known by its UUID. */
  uuid: z.uuid(),
  sku: z.string().max(64),
} as const;

/** `stream` names it, `key` says what a key of its rows looks like. */
export const createStreamIds = (stream: string, key: z.ZodType<string>): StreamIds => {
  // A transaction id has 64 bits, here in digits.
  const position = z.tuple([z.literal(stream), z.string().regex(/^\d{1,19}$/), key]);
  return {
    encode: (cursor) => encodeCursor([stream, cursor.tx, cursor.key]),
    decode(id) {
      try {
        const decoded = decodeCursor(id, position);
        return decoded && { tx: decoded[1], key: decoded[2] };
      } catch {
        return null;
      }
    },
  };
};
