import { describe, expect, test } from "bun:test";
import { anOrder } from "../testing/snapshots.ts";
import { changeOfLine, changeText, withLinesChanged } from "./change-lines.ts";
import { type Actor, LINE_QUANTITY_MAX, type Order, type OrderLine, type OrderStatus } from "./order.ts";
import type { SagaState } from "./saga-state.ts";

const at = new Date("2026-01-02T03:04:05Z");
const buyer: Actor = { kind: "user", id: "u" };
const line = (sku: string, quantity: number, amountMinor = 100): OrderLine => ({
  ...{ id: `line-${sku}`, sku, productId: `product-${sku}`, name: `The ${sku}` },
  quantity,
  unitPrice: { amountMinor, currency: "USD" },
});
const order = (more: Partial<Order> = {}): Order =>
  anOrder({
    status: "confirmed",
    version: 2,
    lines: [line("A", 2), line("B", 1)],
    total: { amountMinor: 300, currency: "USD" },
    ...more,
  });
const confirmed = (prepaid = false): SagaState => ({ step: "confirmed", prepaid, version: 2, attempts: 0 });
const wanted = (sku: string, quantity: number) => ({ lineId: `line-${sku}`, quantity });

describe("a change of a line", () => {
  test("gives the order its new quantity, total and version, with price and name of before", () => {
    const before = order();
    const change = changeOfLine(before, confirmed(), wanted("A", 5), buyer);
    expect(change).toEqual({ lines: [wanted("A", 5)], actor: buyer });
    if (change === null) return;
    const after = withLinesChanged(before, change, at);
    expect(after).toEqual({
      ...before,
      lines: [line("A", 5), line("B", 1)],
      total: { amountMinor: 600, currency: "USD" },
      version: 3,
      updatedAt: at,
    });
    expect(changeText(before, change)).toBe("A: 2 → 5");
  });

  test("takes a line away at 0, and leaves the others where they are", () => {
    const change = changeOfLine(order(), confirmed(), wanted("A", 0), buyer);
    const after = change === null ? null : withLinesChanged(order(), change, at);
    expect(after?.lines.map(({ sku }) => sku)).toEqual(["B"]);
    expect(after?.total.amountMinor).toBe(100);
  });

  test("is none where the line has that quantity already", () => {
    expect(changeOfLine(order(), confirmed(), wanted("A", 2), buyer)).toBeNull();
  });

  test("is refused for a line that is not there, and for the last one", () => {
    expect(() => changeOfLine(order(), confirmed(), wanted("C", 1), buyer)).toThrow("no such line");
    const last = order({ lines: [line("A", 2)] });
    expect(() => changeOfLine(last, confirmed(), wanted("A", 0), buyer)).toThrow("cancel the order instead");
  });

  test("is refused beyond what an order may cost", () => {
    const dear = order({ lines: [line("A", 1, 50_000_000)] });
    expect(() => changeOfLine(dear, confirmed(), wanted("A", LINE_QUANTITY_MAX), buyer)).toThrow(
      "does not fit",
    );
  });

  test("may make an order that was paid before cheaper, and not dearer", () => {
    expect(changeOfLine(order(), confirmed(true), wanted("A", 1), buyer)).not.toBeNull();
    expect(() => changeOfLine(order(), confirmed(true), wanted("A", 3), buyer)).toThrow(
      "place another order",
    );
    const free = order({ lines: [line("A", 1, 0)], total: { amountMinor: 0, currency: "USD" } });
    expect(changeOfLine(free, confirmed(true), wanted("A", 3), buyer)).not.toBeNull();
  });

  test("needs an order that is confirmed, and no other change on its way", () => {
    const closed: OrderStatus[] = ["packed", "shipped", "delivered", "rejected", "cancelled", "returned"];
    for (const status of closed)
      expect(() => changeOfLine(order({ status }), confirmed(), wanted("A", 3), buyer)).toThrow(status);
    const pending = order({ status: "pending" });
    expect(() => changeOfLine(pending, confirmed(), wanted("A", 3), buyer)).toThrow("still being placed");
    const changing: SagaState = {
      step: "changing",
      prepaid: false,
      change: { lines: [wanted("B", 2)], actor: buyer },
      version: 3,
      attempts: 1,
    };
    expect(() => changeOfLine(order(), changing, wanted("A", 2), buyer)).toThrow("Another change");
  });
});
