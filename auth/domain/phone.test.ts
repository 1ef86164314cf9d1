import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { normalizePhone } from "./phone.ts";

describe("auth-11: a phone number", () => {
  test("is the same with and without the plus, and however it is written", () => {
    for (const text of ["+4915112345678", "4915112345678", "+49 151 1234-5678", "+49 (151) 1234.5678"]) {
      expect(normalizePhone(text)).toBe("+4915112345678");
    }
  });

  test("is refused when it is none", () => {
    const none = [
      "",
      "+",
      "12345",
      "0151123456",
      "+0151123456",
      "1234567890123456",
      "+49abc1234567",
      "++491511234567",
    ];
    for (const text of none) expect(normalizePhone(text)).toBe(null);
  });

  test("that is normal stays as it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const phone = normalizePhone(text);
        return phone === null || normalizePhone(phone) === phone;
      }),
    );
  });
});
