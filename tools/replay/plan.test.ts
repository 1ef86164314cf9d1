import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { reportSuite } from "../../shared/testing/suite-report.ts";
import { planReplay, WALK_IN } from "./plan.ts";
import { type RawLine, readLines } from "./read-lines.ts";

let lineNumber = 1;
const line = (fields: Partial<RawLine>): RawLine => ({
  lineNumber: ++lineNumber,
  invoice: "536368",
  code: "22914",
  description: "BLUE COAT RACK",
  quantity: "3",
  date: "2010-12-01 08:34:00",
  unitPrice: "4.95",
  customer: "13047.0",
  country: "United Kingdom",
  ...fields,
});
const outcomes = (lines: RawLine[]) =>
  planReplay(lines).outcomes.map(({ kind, reasons }) => [kind, ...reasons]);

describe("the plan of a replay", () => {
  test("an ordinary invoice becomes an order of its customer", () => {
    const plan = planReplay([
      line({}),
      line({ code: "21733", description: "HEART", unitPrice: "2.55", quantity: "6" }),
    ]);
    expect(plan.orders).toEqual([
      {
        invoice: "536368",
        customer: "13047",
        date: "2010-12-01 08:34:00",
        lines: [
          { sku: "22914", quantity: 3 },
          { sku: "21733", quantity: 6 },
        ],
      },
    ]);
    expect(plan.products).toContainEqual({
      sku: "22914",
      name: "BLUE COAT RACK",
      priceMinor: 495,
      quantity: 3,
    });
    expect(plan.outcomes.map(({ kind }) => kind)).toEqual(["accepted", "accepted"]);
  });

  test("what is written differently is corrected, with the reason", () => {
    const usual = [line({}), line({ invoice: "2" })];
    expect(outcomes([...usual, line({ invoice: "3", description: "blue rack" })])[2]).toEqual([
      "corrected",
      "name: the product's most frequent one",
    ]);
    expect(outcomes([...usual, line({ invoice: "3", unitPrice: "5.95" })])[2]).toEqual([
      "corrected",
      "price: the product's most frequent one",
    ]);
    expect(outcomes([line({ code: "84970s" })])).toEqual([["corrected", "stock code written in capitals"]]);
    const plan = planReplay([line({ customer: "" })]);
    expect(plan.orders[0]?.customer).toBe(WALK_IN);
    expect(plan.outcomes[0]?.kind).toBe("corrected");
  });

  test("what cannot be booked is reported, with the reason", () => {
    const kinds = outcomes([
      line({ code: "POST" }),
      line({ code: "bank charges" }),
      line({ unitPrice: "0.0" }),
      line({ quantity: "-5" }),
      line({ quantity: "many" }),
      line({ code: "" }),
      line({ invoice: "C1", quantity: "-1" }),
    ]).map(([kind]) => kind);
    expect(kinds).toEqual(Array(7).fill("reported"));
  });

  test("a cancellation of everything cancels the order; of a part, the goods come back", () => {
    const sale = [line({}), line({ code: "21733", quantity: "6" })];
    const all = [
      line({ invoice: "C9", quantity: "-3", date: "2010-12-02 08:00:00" }),
      line({ invoice: "C9", code: "21733", quantity: "-6", date: "2010-12-02 08:00:00" }),
    ];
    expect(planReplay([...sale, ...all]).returns).toEqual([
      { kind: "cancel", invoice: "C9", order: "536368", customer: "13047" },
    ]);
    expect(planReplay([...sale, ...all.slice(0, 1)]).returns).toMatchObject([
      { kind: "goods-back", order: "536368", sku: "22914", quantity: 3 },
    ]);
  });

  test("no more comes back than was sold, and nothing from before the sale", () => {
    const back = (quantity: string, date = "2010-12-02 08:00:00") =>
      line({ invoice: `C${quantity}${date}`, quantity, date });
    expect(planReplay([line({}), back("-2"), back("-2")]).returns).toHaveLength(1);
    expect(planReplay([line({}), back("-3", "2010-11-30 08:00:00")]).returns).toHaveLength(0);
  });

  test("every line is accounted for, whatever is in it", () => {
    const dirty = fc.record({
      invoice: fc.constantFrom("1", "2", "C1", "C2"),
      code: fc.constantFrom("22914", "22914a", "POST", "", "M"),
      quantity: fc.oneof(fc.integer({ min: -5, max: 5 }).map(String), fc.string()),
      unitPrice: fc.oneof(fc.constantFrom("1.5", "0", "-1", "x"), fc.string()),
      customer: fc.constantFrom("", "13047.0", "15291"),
      description: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(dirty), (rows) => {
        const lines = rows.map(line);
        const plan = planReplay(lines);
        expect(plan.outcomes.map((outcome) => outcome.lineNumber)).toEqual(
          lines.map((raw) => raw.lineNumber),
        );
        const sold = new Map(plan.products.map(({ sku, quantity }) => [sku, quantity]));
        for (const back of plan.returns)
          if (back.kind === "goods-back") sold.set(back.sku, (sold.get(back.sku) ?? 0) - back.quantity);
        expect([...sold.values()].every((left) => left >= 0)).toBe(true);
      }),
    );
  });
});

/** The data set itself is not part of the repository; whoever has it says where. */
const realData = process.env.KIOSK_RETAIL_DATA ?? "";
const title = "the plan over a real retailer's file";

if (existsSync(realData)) {
  test(`${title} accounts for every line`, async () => {
    const lines = await readLines(realData, Number.POSITIVE_INFINITY);
    const plan = planReplay(lines);
    expect(plan.outcomes).toHaveLength(lines.length);
    expect(plan.orders.length).toBeGreaterThan(6000);
    expect(plan.outcomes.filter(({ kind }) => kind === "accepted").length).toBeGreaterThan(lines.length / 2);
  });
} else {
  reportSuite({ outcome: "skipped", title, reason: "KIOSK_RETAIL_DATA names no file" });
}
