import { describe, expect, test } from "bun:test";
import { isKioskError } from "../../shared/kernel/errors.ts";
import { type Actor, type OrderStatus, orderStatuses } from "./order.ts";
import type { SagaState } from "./saga-state.ts";
import { assertMove, assertReadyFor } from "./status.ts";

const failureOf = (check: () => void): unknown => {
  try {
    check();
    return null;
  } catch (error) {
    return error;
  }
};

const allowed = (by: Actor["kind"]): string[] =>
  orderStatuses.flatMap((from) =>
    orderStatuses.flatMap((to) =>
      failureOf(() => assertMove(from, to, by)) === null ? [`${from} ${to}`] : [],
    ),
  );

describe("the status of an order", () => {
  test("may be changed by the buyer to cancel, until it is packed", () => {
    expect(allowed("user")).toEqual(["pending cancelled", "confirmed cancelled"]);
  });

  test("may be changed by staff along its way, to cancel until it is shipped, and to take it back from then on", () => {
    expect(allowed("staff")).toEqual([
      "pending cancelled",
      "confirmed packed",
      "confirmed cancelled",
      "packed shipped",
      "packed cancelled",
      "shipped delivered",
      "shipped returned",
      "delivered returned",
    ]);
  });

  test("is confirmed and rejected by the saga alone", () => {
    expect(allowed("system")).toEqual(["pending confirmed", "pending rejected"]);
  });

  test("says what is next where it may not be changed as wanted", () => {
    const text = (from: OrderStatus, to: OrderStatus, by: Actor["kind"]) =>
      String(failureOf(() => assertMove(from, to, by)));
    expect(text("confirmed", "shipped", "staff")).toContain("next is packed or cancelled");
    expect(text("packed", "cancelled", "user")).toContain("cannot be cancelled");
    expect(text("returned", "packed", "staff")).toContain("it stays as it is");
  });
});

describe("a status that has to do with the stock", () => {
  const at = (step: "confirmed" | "fulfilling" | "shipped"): SagaState =>
    step === "confirmed"
      ? { step, prepaid: false, version: 3, attempts: 0 }
      : { step, version: 3, attempts: 0 };
  const changing: SagaState = {
    step: "changing",
    prepaid: false,
    change: { lines: [], actor: { kind: "user", id: "u" } },
    version: 3,
    attempts: 1,
  };

  test("waits until the stock is as it should be, and says that this passes", () => {
    const cases: readonly (readonly [OrderStatus, SagaState])[] = [
      ["packed", changing],
      ["shipped", changing],
      ["returned", at("fulfilling")],
    ];
    for (const [to, state] of cases) {
      const failure = failureOf(() => assertReadyFor(to, state));
      expect(isKioskError(failure, "CONFLICT") && failure.details.retryAfterSeconds).toBe(1);
    }
  });

  test("is open otherwise", () => {
    expect(failureOf(() => assertReadyFor("packed", at("confirmed")))).toBeNull();
    expect(failureOf(() => assertReadyFor("returned", at("shipped")))).toBeNull();
    expect(failureOf(() => assertReadyFor("cancelled", changing))).toBeNull();
    expect(failureOf(() => assertReadyFor("delivered", at("fulfilling")))).toBeNull();
  });
});
