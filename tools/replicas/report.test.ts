import { describe, expect, test } from "bun:test";
import type { Difference, KeptCopy } from "../../shared/replicas/copy.ts";
import type { RebuildReport } from "../../shared/replicas/rebuild.ts";
import { findingsOf, rebuildText, verifyText } from "./report.ts";

const kept = (key: string, version: number, phone = "+4912345"): KeptCopy => ({
  ...{ key, version, fields: { name: "Ada", phone }, mark: "1" },
});
const differences: readonly Difference[] = [
  { kind: "missing", key: "a", kept: null, owned: kept("a", 3) },
  { kind: "behind", key: "b", kept: kept("b", 1), owned: kept("b", 2) },
  { kind: "different", key: "c", kept: kept("c", 2, "+4999999"), owned: kept("c", 2) },
  { kind: "stranger", key: "d", kept: kept("d", 9), owned: null },
];
const report = { name: "orders.users", owned: 12, complete: true };

describe("what people are told of a comparison", () => {
  test("is one line where all agrees", () => {
    const found = findingsOf({ ...report, differences: [] }, "auth");
    expect(verifyText([found])).toBe("orders.users: 12 rows compared, all agree with auth.");
  });

  test("names each row, the versions and the fields, and nothing of what is in them", () => {
    const text = verifyText([findingsOf({ ...report, differences }, "auth")]);
    expect(text.split("\n")).toEqual([
      "orders.users: 12 rows compared, 4 differ:",
      "  a: is missing, auth has version 3",
      "  b: version 1, auth has 2",
      "  c: version 2 differs in phone",
      "  d: auth has no such thing, here it is in version 9",
      "Mend them with: bun run replicas:rebuild orders.users",
    ]);
    expect(JSON.stringify(findingsOf({ ...report, differences }, "auth"))).not.toContain("+49");
  });

  test("stays short however much differs, and says where it stopped looking", () => {
    const many = Array.from({ length: 300 }, (_, n): Difference => {
      return { kind: "missing", key: `k${n}`, kept: null, owned: kept(`k${n}`, 1) };
    });
    const lines = verifyText([findingsOf({ ...report, differences: many, complete: false }, "auth")]).split(
      "\n",
    );
    expect(lines[0]).toBe("orders.users: 12 rows compared, at least 300 differ:");
    expect(lines).toHaveLength(23);
    expect(lines[21]).toBe("  … and 280 more (--json names all)");
  });
});

describe("what people are told of a rebuild", () => {
  const done: RebuildReport & { owner: string } = {
    ...{ name: "orders.products", owner: "catalog", owned: 1, settled: true },
    ...{ added: 0, updated: 0, replaced: 0, removed: 0 },
  };

  test("is what it did", () => {
    expect(rebuildText([done])).toBe("orders.products: 1 row of catalog, nothing to mend.");
    expect(rebuildText([{ ...done, owned: 9, added: 4, updated: 3, replaced: 2, removed: 1 }])).toBe(
      "orders.products: 9 rows of catalog, 4 added, 3 brought up to date, 2 replaced, 1 removed.",
    );
  });

  test("says where it did not come to an end", () => {
    expect(rebuildText([{ ...done, replaced: 2, settled: false }])).toContain(
      "goes on being written wrongly",
    );
  });
});
