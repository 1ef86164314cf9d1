import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readDecimalAmount, writeDecimalAmount } from "./decimal-amount.ts";

describe("an amount as people write it", () => {
  test("comes back as it was written, in any currency", () => {
    const minor = fc.integer({ min: 0, max: 100_000_000_000 });
    fc.assert(
      fc.property(minor, fc.constantFrom("EUR", "JPY", "KWD", "USD"), (amountMinor, currency) => {
        const text = writeDecimalAmount(amountMinor, currency);
        expect(readDecimalAmount(text, currency)).toEqual({ amountMinor });
      }),
    );
  });

  test("has the decimals of its currency, or fewer", () => {
    const read = (text: string, currency: string) => {
      const found = readDecimalAmount(text, currency);
      return "amountMinor" in found ? found.amountMinor : found.problem;
    };
    expect(["12.99", "12.9", "12", "12.990", "0.05", "007"].map((text) => read(text, "EUR"))).toEqual([
      1299, 1290, 1200, 1299, 5, 700,
    ]);
    expect([read("1300", "JPY"), read("1300.0", "JPY"), read("1.234", "KWD")]).toEqual([1300, 1300, 1234]);
    expect(read("12.991", "EUR")).toBe("has more decimals than EUR has: 2 at most");
    expect(read("1300.5", "JPY")).toBe("has more decimals than JPY has: 0 at most");
  });

  test("is never guessed at", () => {
    const separated = ["1,299.00", "12,99", "1.299,00", "1 299", "1'299", "1.2.3"];
    for (const text of separated)
      expect(readDecimalAmount(text, "EUR")).toEqual({
        problem: expect.stringContaining("no signs between"),
      });
    for (const text of ["", "-1", "+1", "$5", "5 €", "1e3", ".5", "5.", "twelve", "٣"])
      expect(readDecimalAmount(text, "EUR")).toEqual({ problem: expect.stringContaining("12.99") });
    expect(readDecimalAmount("999999999999999", "EUR")).toEqual({ problem: "is too large" });
  });
});
