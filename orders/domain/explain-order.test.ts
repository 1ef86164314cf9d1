import { describe, expect, test } from "bun:test";
import { anOrder } from "../testing/snapshots.ts";
import { explainOrder, numberIn, type OrderStory, type Reader, type TracedStep } from "./explain-order.ts";
import { type Actor, type Order, SYSTEM } from "./order.ts";

const at = new Date("2026-01-01T12:00:00Z");
const order = anOrder();
const buyer: Actor = { kind: "user", id: order.userId };
const ada: Actor = { kind: "staff", id: "ada" };

const step = (what: string, actor: Actor = SYSTEM, cause: string | null = null): TracedStep => ({
  ...{ at, what, actor, cause },
  traceId: "a".repeat(32),
});
const settled = { waitsIn: null, attempts: 1, nextAt: null, problem: null, rejection: null };
const storyOf = (facts: Partial<Order>, steps: TracedStep[], saga: Partial<OrderStory["saga"]> = {}) => ({
  order: { ...order, ...facts },
  ...{ steps, saga: { ...settled, ...saga }, requestId: "request-1", traceId: "a".repeat(32) },
});

const staff: Reader = { isStaff: true, names: new Map([["ada", "Ada"]]) };
const owner: Reader = { isStaff: false, names: new Map() };
const saysOf = (story: OrderStory, reader = staff) =>
  explainOrder(story, reader).causes.map(({ code, says }) => [code, says]);

describe("why an order is as it is", () => {
  test("given a declined payment, then the chain tells of the hold, the payment, and the stock that was given back", () => {
    const rejection = { reason: "payment-declined", shortages: [] } as const;
    const story = storyOf(
      { status: "rejected", payment: { provider: "simulated", outcome: "decline" } },
      [
        step("placed", buyer),
        step("stock-held"),
        step("rejected", SYSTEM, "The payment was declined"),
        step("stock-released"),
      ],
      { rejection },
    );
    const explained = explainOrder(story, staff);
    expect([explained.code, explained.says]).toEqual([
      "rejected-payment-declined",
      "K-000001 is rejected. Rejected: the payment was declined.",
    ]);
    expect(saysOf(story)).toEqual([
      ["placed", "Placed by its buyer, to be paid before it is confirmed."],
      ["stock-held", "Its stock was held for 15 minutes while the payment was asked for."],
      ["rejected-payment-declined", "Rejected: the payment was declined."],
      ["stock-released", "Its stock was given back."],
    ]);
    expect(explained.causes.map(({ event, status }) => [event, status])).toEqual([
      ["order.created", { from: null, to: "pending" }],
      [null, null],
      ["order.rejected", { from: "pending", to: "rejected" }],
      [null, null],
    ]);
  });

  test("given a shortage, then the link has what was wanted and what there was", () => {
    const shortages = [{ sku: "MUG", requested: 5, available: 3 }];
    const story = storyOf(
      { status: "rejected" },
      [step("placed", buyer), step("rejected", SYSTEM, "Out of stock: MUG")],
      { rejection: { reason: "out-of-stock", shortages } },
    );
    const [, rejected] = explainOrder(story, owner).causes;
    expect(rejected).toMatchObject({ code: "rejected-out-of-stock", shortages });
    expect(rejected?.says).toBe("Rejected: there was not enough of MUG (5 wanted, 3 available).");
  });

  test("given what people did, then their words are told to both, and names and traces to staff alone", () => {
    const story = storyOf({ status: "cancelled" }, [
      step("placed", buyer),
      step("confirmed"),
      step("lines-changed", buyer, "MUG: 2 → 5"),
      step("claimed", ada),
      step("packed", ada),
      step("cancelled", ada, "It broke"),
      step("stock-released"),
    ]);
    expect(explainOrder(story, staff).says).toBe(
      "K-000001 is cancelled. Cancelled by Ada (staff): It broke.",
    );
    expect(explainOrder(story, owner).says).toBe(
      "K-000001 is cancelled. Cancelled by the shop's staff: It broke.",
    );
    expect(saysOf(story, owner).at(2)).toEqual([
      "lines-changed",
      "Quantities were changed by its buyer: MUG: 2 → 5.",
    ]);
    expect(JSON.stringify(explainOrder(story, owner).causes)).not.toMatch(/Ada|aaaa/);
    expect(explainOrder(story, owner).traceId).toBeNull();
    expect(explainOrder(story, staff).causes.map(({ traceId }) => traceId?.length)).toEqual(
      Array(7).fill(32),
    );
  });

  test("given a saga that waits, then all are told for what, and staff why it got no answer", () => {
    const story = storyOf({ status: "cancelled" }, [step("placed", buyer), step("cancelled", buyer)], {
      ...{ waitsIn: "releasing", attempts: 4, nextAt: at, problem: "inventory did not answer" },
    });
    const says = "K-000001 is cancelled. Cancelled by its buyer. Its stock is being given back.";
    expect(explainOrder(story, owner)).toMatchObject({ says, waiting: null });
    expect(explainOrder(story, staff)).toMatchObject({
      ...{ says, waiting: { step: "releasing", attempts: 4, problem: "inventory did not answer" } },
    });
  });

  test("given a very long story, then the newest hundred links are told, each with the status before it", () => {
    const retries = Array.from({ length: 120 }, () => step("retried", ada));
    const story = storyOf({ status: "packed" }, [
      step("placed", buyer),
      step("confirmed"),
      ...retries,
      step("packed", ada),
    ]);
    const { causes, omitted } = explainOrder(story, staff);
    expect([causes.length, omitted]).toEqual([100, 23]);
    expect(causes.at(-1)?.status).toEqual({ from: "confirmed", to: "packed" });
  });

  test("given a step that is not known here, then it is told by its name", () => {
    expect(saysOf(storyOf({}, [step("gift-wrapped", ada)]))).toEqual([
      ["gift-wrapped", "Gift-wrapped by Ada (staff)."],
    ]);
  });
});

describe("a number of an order", () => {
  test("is taken as people write it", () => {
    expect(["41", "k-41", "K-000041", "0041"].map(numberIn)).toEqual(Array(4).fill("K-000041"));
    expect(["K-1234567", "1234567"].map(numberIn)).toEqual(["K-1234567", "K-1234567"]);
    expect(["", "K-", "MUG", "41a", "-41", "9".repeat(16)].map(numberIn)).toEqual(Array(6).fill(null));
  });
});
