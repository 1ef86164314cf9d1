import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  type CountedOrder,
  newestOrders,
  type OrderCount,
  recount,
  salesDifference,
  unitsSold,
} from "./sales.ts";

test("lines of one product are added up", () => {
  const lines = [
    { productId: "a", quantity: 1 },
    { productId: "b", quantity: 2 },
    { productId: "a", quantity: 3 },
  ];
  expect(unitsSold({ status: "confirmed", lines })).toEqual({ a: 4, b: 2 });
});

test.each(["pending", "rejected", "cancelled", "returned"])("a %s order has sold nothing", (status) => {
  expect(unitsSold({ status, lines: [{ productId: "a", quantity: 1 }] })).toEqual({});
});

test("the difference turns any count into any other", () => {
  const units = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 9 }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(units, units, (before, after) => {
      const result: Record<string, number> = { ...before };
      for (const { productId, units: added } of salesDifference(before, after))
        result[productId] = (result[productId] ?? 0) + added;
      expect(
        Object.entries(result)
          .filter(([, count]) => count !== 0)
          .sort(),
      ).toEqual(Object.entries(after).sort());
    }),
  );
});

const anOrder = (id: string, version: number, quantity: number, status = "confirmed"): CountedOrder => ({
  id,
  version,
  status,
  lines: [{ productId: "mug", quantity }],
});

test("of several states of an order the newest is taken, wherever it stands", () => {
  const [a1, a2, b1] = [anOrder("a", 1, 1), anOrder("a", 2, 2), anOrder("b", 1, 3)];
  expect(newestOrders([a1, b1, a2])).toEqual([a2, b1]);
  expect(newestOrders([a2, a1, b1, a1])).toEqual([a2, b1]);
});

test("orders are counted together: each by what it was counted with, products by the sum", () => {
  const counted: OrderCount[] = [
    { orderId: "a", version: 2, units: { mug: 2 } },
    { orderId: "b", version: 5, units: { mug: 1 } },
  ];
  const orders = [anOrder("a", 3, 5), anOrder("b", 5, 9), anOrder("c", 2, 4), anOrder("d", 2, 4, "rejected")];
  expect(recount(counted, orders)).toEqual({
    counts: [
      { orderId: "a", version: 3, units: { mug: 5 } },
      { orderId: "c", version: 2, units: { mug: 4 } },
      { orderId: "d", version: 2, units: {} },
    ],
    difference: [{ productId: "mug", units: 7 }],
  });
});

test("what one order gives back and another takes needs no change", () => {
  const counted: OrderCount[] = [{ orderId: "a", version: 2, units: { mug: 2 } }];
  const { counts, difference } = recount(counted, [anOrder("a", 3, 2, "cancelled"), anOrder("b", 2, 2)]);
  expect(counts).toHaveLength(2);
  expect(difference).toEqual([]);
});

test("ids are the same in capital letters", () => {
  const counted: OrderCount[] = [{ orderId: "ab", version: 2, units: { MUG: 2 } }];
  const lines = [
    { productId: "mug", quantity: 2 },
    { productId: "Mug", quantity: 1 },
  ];
  const order = { id: "AB", version: 3, status: "confirmed", lines };
  expect(newestOrders([order, { ...order, id: "ab" }])).toHaveLength(1);
  expect(recount(counted, [order])).toEqual({
    counts: [{ orderId: "ab", version: 3, units: { mug: 3 } }],
    difference: [{ productId: "mug", units: 1 }],
  });
});
