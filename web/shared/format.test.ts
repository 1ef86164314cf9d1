import { expect, test } from "bun:test";
import { formatCount, formatMoney } from "./format.ts";

test("amounts follow the currency's decimals and the reader's language", () => {
  expect(formatMoney({ amountMinor: 1_299, currency: "EUR" }, "en")).toBe("€12.99");
  expect(formatMoney({ amountMinor: 1_299, currency: "JPY" }, "en")).toBe("¥1,299");
  expect(formatMoney({ amountMinor: 1_299, currency: "KWD" }, "en").replace(/\s/g, " ")).toBe("KWD 1.299");
  // Latin digits, so that a price here is the same as in the chat.
  expect(formatMoney({ amountMinor: 1_299, currency: "EUR" }, "ar")).toContain("12.99");
  expect(formatMoney({ amountMinor: 1_299, currency: "USD" }, "ar")).toContain("\u2066US$\u2069");
  expect(formatCount(12_345, "ar")).toBe("12,345");
});
