import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type AllocationRequest, allocate, sumBySku } from "./allocate.ts";
import type { StockLevel } from "./stock-level.ts";

const now = new Date("2026-01-01T12:00:00.000Z");

const level = (sku: string, onHand: number, reserved = 0): StockLevel => ({
  sku,
  onHand,
  reserved,
  version: 1,
  lowStockThreshold: 0,
  told: "enough",
  exists: true,
  updatedAt: now,
});

describe("allocate", () => {
  test("takes all lines of an order and writes a movement for each", () => {
    const { levels, results, movements } = allocate(
      [level("A", 5), level("B", 5, 2)],
      [
        {
          orderId: "o1",
          lines: [
            { sku: "B", quantity: 3 },
            { sku: "A", quantity: 1 },
          ],
        },
      ],
      now,
    );
    expect(results).toEqual([{ kind: "held" }]);
    expect(levels.map(({ sku, reserved, version }) => [sku, reserved, version])).toEqual([
      ["A", 1, 2],
      ["B", 5, 2],
    ]);
    expect(
      movements.map(({ sku, kind, reservedDelta, orderId }) => [sku, kind, reservedDelta, orderId]),
    ).toEqual([
      ["A", "reservation", 1, "o1"],
      ["B", "reservation", 3, "o1"],
    ]);
  });

  test("takes nothing when one line is short, and names every short SKU, unknown ones too", () => {
    const { levels, results, movements } = allocate(
      [level("A", 5), level("B", 1), { ...level("GONE", 0), exists: false }],
      [
        {
          orderId: "o1",
          lines: ["A", "B", "GONE", "NEVER"].map((sku) => ({ sku, quantity: 2 })),
        },
      ],
      now,
    );
    expect(results).toEqual([
      {
        kind: "short",
        shortages: [
          { sku: "B", requested: 2, available: 1 },
          { sku: "GONE", requested: 2, available: 0 },
          { sku: "NEVER", requested: 2, available: 0 },
        ],
      },
    ]);
    expect([levels, movements]).toEqual([[], []]);
  });

  test("sums the lines of one order by SKU before it looks at the stock", () => {
    const lines = [
      { sku: "A", quantity: 3 },
      { sku: "A", quantity: 3 },
    ];
    expect(sumBySku(lines)).toEqual([{ sku: "A", quantity: 6 }]);
    const { results } = allocate([level("A", 5)], [{ orderId: "o1", lines }], now);
    expect(results).toEqual([{ kind: "short", shortages: [{ sku: "A", requested: 6, available: 5 }] }]);
  });

  test("serves orders in their turn, and a short one leaves its share to those after it", () => {
    const order = (orderId: string, quantity: number) => ({ orderId, lines: [{ sku: "A", quantity }] });
    const { results, levels } = allocate(
      [level("A", 4)],
      [order("o1", 3), order("o2", 2), order("o3", 1)],
      now,
    );
    expect(results.map(({ kind }) => kind)).toEqual(["held", "short", "held"]);
    expect(levels[0]).toMatchObject({ reserved: 4, version: 3 });
  });

  test("alerts once when a batch takes a level through its threshold", () => {
    const { alerts } = allocate(
      [{ ...level("A", 10), lowStockThreshold: 7 }],
      ["o1", "o2", "o3", "o4"].map((orderId) => ({ orderId, lines: [{ sku: "A", quantity: 2 }] })),
      now,
    );
    expect(alerts).toEqual([
      { type: "stock.low", sku: "A", available: 6, threshold: 7, version: 3, quiet: false, orderId: "o2" },
    ]);
  });
});

const skus = ["A", "B", "C", "D"] as const;
const linesArbitrary = fc.array(
  fc.record({ sku: fc.constantFrom(...skus, "UNKNOWN"), quantity: fc.integer({ min: 1, max: 6 }) }),
  { minLength: 1, maxLength: 6 },
);
const requestsArbitrary: fc.Arbitrary<AllocationRequest[]> = fc
  .array(linesArbitrary, { maxLength: 25 })
  .map((all) => all.map((lines, i) => ({ orderId: `o${i}`, lines })));
const levelsArbitrary = fc
  .tuple(...skus.map(() => fc.record({ onHand: fc.nat(20), reserved: fc.nat(20), exists: fc.boolean() })))
  .map((all) =>
    all.map(({ onHand, reserved, exists }, i) => ({
      ...level(skus[i] ?? "A", exists ? onHand : 0, exists ? Math.min(reserved, onHand) : 0),
      exists,
    })),
  );

/** What the first level of the SKU has left. */
const leftOf = (levels: readonly StockLevel[], sku: string): number => {
  const known = levels.find((candidate) => candidate.sku === sku);
  return known?.exists ? known.onHand - known.reserved : 0;
};

describe("allocate, whatever is asked of it", () => {
  test("never oversells, gives all or none, and its sums agree", () => {
    fc.assert(
      fc.property(levelsArbitrary, requestsArbitrary, (levels, requests) => {
        const outcome = allocate(levels, requests, now);
        for (const after of outcome.levels) {
          expect(after.reserved).toBeGreaterThanOrEqual(0);
          expect(after.reserved).toBeLessThanOrEqual(after.onHand);
        }
        for (const [i, request] of requests.entries()) {
          const taken = outcome.movements
            .filter(({ orderId }) => orderId === request.orderId)
            .map(({ sku, reservedDelta }) => ({ sku, quantity: reservedDelta }));
          expect(taken).toEqual(outcome.results[i]?.kind === "held" ? sumBySku(request.lines) : []);
        }
        for (const before of levels) {
          const after = outcome.levels.find(({ sku }) => sku === before.sku) ?? before;
          const moved = outcome.movements.filter(({ sku }) => sku === before.sku);
          const sum = moved.reduce((total, { reservedDelta }) => total + reservedDelta, 0);
          expect(after.reserved - before.reserved).toBe(sum);
          expect(after.version - before.version).toBe(moved.length);
          expect(after.onHand).toBe(before.onHand);
        }
      }),
    );
  });

  test("refuses only what really is short at that point", () => {
    fc.assert(
      fc.property(levelsArbitrary, requestsArbitrary, (levels, requests) => {
        const { results } = allocate(levels, requests, now);
        for (const [i, result] of results.entries()) {
          const shortages = result.kind === "short" ? result.shortages : [];
          const before = allocate(levels, requests.slice(0, i), now).levels;
          for (const { sku, requested, available } of shortages) {
            expect(available).toBe(leftOf([...before, ...levels], sku));
            expect(requested).toBeGreaterThan(available);
          }
        }
      }),
    );
  });

  test("decides a batch as it would decide the orders one by one", () => {
    fc.assert(
      fc.property(levelsArbitrary, requestsArbitrary, (levels, requests) => {
        const batch = allocate(levels, requests, now);
        let current: readonly StockLevel[] = levels;
        for (const [i, request] of requests.entries()) {
          const one = allocate(current, [request], now);
          expect(one.results[0]).toEqual(batch.results[i]);
          current = current.map((before) => one.levels.find(({ sku }) => sku === before.sku) ?? before);
        }
        for (const after of batch.levels) expect(current).toContainEqual(after);
      }),
    );
  });
});
