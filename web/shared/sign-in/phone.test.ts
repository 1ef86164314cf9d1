import { expect, test } from "bun:test";
import { codeOf, phoneOf } from "./phone.ts";

test("phones are taken as people write them", () => {
  const written = [
    "+49 151 1234-5678",
    "0049 (151) 12345678",
    "4915112345678",
    "+٤٩١٥١١٢٣٤٥٦٧٨",
    "+۴۹۱۵۱۱۲۳۴۵۶۷۸",
  ];
  expect(written.map(phoneOf)).toEqual(written.map(() => "+4915112345678"));
  for (const wrong of ["", "123", "+0123456789", "call me", `+${"1".repeat(16)}`])
    expect(phoneOf(wrong)).toBeNull();
});

test("codes are six digits, however they were pasted", () => {
  expect(["012345", " 012 345 ", "012-345", "٠١٢٣٤٥"].map(codeOf)).toEqual(Array(4).fill("012345"));
  for (const wrong of ["", "01234", "0123456", "abcdef"]) expect(codeOf(wrong)).toBeNull();
});
