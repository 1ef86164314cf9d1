import { describe, expect, test } from "bun:test";
import { repairText, verifyText } from "./report.ts";

const differs = (sku: string) => ({ sku, what: "on hand" as const, expected: 10, found: 6 });

describe("what people are told", () => {
  test("of a sound shop is one sentence", () => {
    expect(verifyText({ skus: 1, differences: [] }, "X")).toBe(
      "Looked at 1 SKU in X.\nAll counters agree with the ledger and with what is held.",
    );
    expect(repairText({ skus: 2, dryRun: false, repaired: [] }, "X")).toContain("Nothing to mend");
  });

  test("is a line a SKU, with both numbers", () => {
    const differences = [
      differs("A"),
      { sku: "A", what: "held lines" as const, expected: 3, found: 1 },
      { sku: "B", what: "gap in the ledger" as const, expected: 5, found: 4 },
      { sku: "C", what: "existence" as const, expected: 1, found: 0 },
    ];
    expect(verifyText({ skus: 9, differences }, "X").split("\n").slice(1, 5)).toEqual([
      "The counters of 3 SKUs differ:",
      "  A: on hand 6, the ledger says 10; reserved 1, the held lines say 3",
      "  B: gap in the ledger: 4 movements, the newest is number 5",
      "  C: its level is missing",
    ]);
  });

  test("stays short however much differs", () => {
    const differences = Array.from({ length: 300 }, (_, i) => differs(`S-${i}`));
    const lines = verifyText({ skus: 300, differences }, "X").split("\n");
    expect(lines).toHaveLength(54);
    expect(lines).toContain("  … and 250 more (--json names all)");
  });

  test("says what was mended, what would be, and what needs a person", () => {
    const mended = {
      sku: "A",
      differences: [differs("A")],
      counters: { onHand: 10, reserved: 3, version: 8, exists: true },
      left: null,
    };
    const left = {
      sku: "B",
      differences: [differs("B")],
      counters: null,
      left: "there is a gap in its ledger",
    };
    const report = { skus: 2, dryRun: false, repaired: [mended, left] };
    expect(repairText(report, "X")).toContain(
      "A: is now on hand 10, reserved 3, version 8 (on hand 6, the ledger says 10)",
    );
    expect(repairText(report, "X")).toContain("B: left alone, there is a gap in its ledger");
    expect(repairText(report, "X")).toContain("need a person");
    expect(repairText({ ...report, dryRun: true }, "X")).toContain("1 SKU would be mended; 1 left alone:");
  });
});
