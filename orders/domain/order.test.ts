import { describe, expect, test } from "bun:test";
import { anOrder } from "../testing/snapshots.ts";
import { draftOrder, moveTo, type NewOrder, ORDER_TOTAL_MAX_MINOR } from "./order.ts";

const at = new Date("2026-01-02T03:04:05Z");

const newOrder = (
  prices: readonly [amountMinor: number, quantity: number, currency?: string][],
): NewOrder => ({
  id: "o",
  userId: "u",
  currency: "USD",
  lines: prices.map(([amountMinor, quantity, currency = "USD"], index) => ({
    id: `l${index}`,
    sku: `S${index}`,
    productId: `p${index}`,
    name: "Thing",
    quantity,
    unitPrice: { amountMinor, currency },
  })),
  note: null,
  address: null,
  payment: { provider: "manual" },
  at,
});

describe("a new order", () => {
  test("is pending, in version 1, and costs the sum of its lines", () => {
    const order = draftOrder(
      newOrder([
        [250, 2],
        [1, 3],
      ]),
    );
    expect(order).toMatchObject({
      status: "pending",
      version: 1,
      total: { amountMinor: 503, currency: "USD" },
    });
    expect([order.createdAt, order.updatedAt]).toEqual([at, at]);
  });

  test("may cost nothing, and up to the limit", () => {
    expect(draftOrder(newOrder([[0, 1]])).total.amountMinor).toBe(0);
    expect(draftOrder(newOrder([[ORDER_TOTAL_MAX_MINOR, 1]])).total.amountMinor).toBe(ORDER_TOTAL_MAX_MINOR);
  });

  test("is refused beyond the limit and in another currency, by line", () => {
    expect(() => draftOrder(newOrder([[ORDER_TOTAL_MAX_MINOR, 10_000]]))).toThrow("Some lines");
    expect(() =>
      draftOrder(
        newOrder([
          [ORDER_TOTAL_MAX_MINOR, 1],
          [1, 1],
        ]),
      ),
    ).toThrow("too large");
    expect(() => draftOrder(newOrder([[1, 1, "EUR"]]))).toThrow("Some lines");
  });
});

test("a status changes with the version and the time", () => {
  expect(moveTo(anOrder(), "confirmed", at)).toMatchObject({
    status: "confirmed",
    version: 2,
    updatedAt: at,
  });
});
