import { describe, expect, test } from "bun:test";
import { noticesToBuyer, noticeToAdmins, type OrderNews } from "./order-news.ts";

const total = { amountMinor: 3897, currency: "EUR" };
const news = (previousStatus: OrderNews["previousStatus"], status: OrderNews["status"]): OrderNews => ({
  orderId: "019a5b7e-0000-7000-8000-000000000001",
  number: "K-1",
  version: 4,
  status,
  previousStatus,
  lines: [
    { name: "Mug", quantity: 2, lineTotal: { amountMinor: 2598, currency: "EUR" } },
    { name: "Cup", quantity: 1, lineTotal: { amountMinor: 1299, currency: "EUR" } },
  ],
  total,
  reason: "as asked",
});

const table: readonly [OrderNews["previousStatus"], OrderNews["status"], string[]][] = [
  [null, "pending", []],
  ["pending", "confirmed", ["order-card"]],
  ["pending", "rejected", ["order-card"]],
  ["pending", "cancelled", ["order-card"]],
  ["confirmed", "confirmed", ["order-card"]],
  ["confirmed", "packed", ["order-card"]],
  ["packed", "shipped", ["order-card", "order-headline"]],
  ["shipped", "delivered", ["order-card", "order-headline"]],
  ["confirmed", "cancelled", ["order-card", "order-headline"]],
  ["delivered", "returned", ["order-card"]],
];

describe("what a buyer is told", () => {
  test.each(table)("from %p to %p: %p", (before, after, templates) => {
    expect(noticesToBuyer(news(before, after)).map(({ template }) => template as string)).toEqual(templates);
  });
});

test("a card whose lines alone changed shows the lines, and no reason", () => {
  expect(noticesToBuyer(news("confirmed", "confirmed"))).toMatchObject([{ reason: null, total }]);
  expect(noticesToBuyer(news("confirmed", "cancelled"))).toMatchObject([
    { reason: "as asked" },
    { reason: "as asked" },
  ]);
});

test("admins are told the pieces and the total", () => {
  expect(noticeToAdmins(news("pending", "confirmed"), "confirmed")).toMatchObject({ pieces: 3, total });
});
