import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "./cursor.ts";

const position = z.tuple([z.string().max(8)]);

describe("a cursor", () => {
  test("comes back as it was made", () => {
    expect(decodeCursor(encodeCursor(["A-1"]), position)).toEqual(["A-1"]);
    expect(decodeCursor(undefined, position)).toBeNull();
  });

  test("that we did not make is refused, also with text that no database takes", () => {
    for (const cursor of ["nonsense", encodeCursor([1]), encodeCursor(["A\0"]), encodeCursor({ a: 1 })])
      expect(() => decodeCursor(cursor, position)).toThrow("The input does not fit.");
  });
});
