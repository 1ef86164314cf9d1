import { expect, test } from "bun:test";
import { isTimezone } from "./timezone.ts";

test("a time zone is a name of the IANA database", () => {
  expect(["Europe/Berlin", "UTC", "Mars/Olympus", ""].map(isTimezone)).toEqual([true, true, false, false]);
});
