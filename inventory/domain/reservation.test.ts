import { describe, expect, test } from "bun:test";
import type { Line } from "./allocate.ts";
import { decideReservation, expire, type Reservation, type ReservationCommand } from "./reservation.ts";
import { openStockBook } from "./stock-book.ts";
import { type StockLevel, UNITS_MAX } from "./stock-level.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const inAMinute = new Date("2026-01-01T12:01:00.000Z");

const level = (sku: string, onHand: number, reserved = 0): StockLevel => ({
  sku,
  onHand,
  reserved,
  version: 1,
  lowStockThreshold: 3,
  told: "enough",
  exists: true,
  updatedAt: now,
});

const line = (sku: string, quantity: number): Line => ({ sku, quantity });

const held = (lines: readonly Line[], more: Partial<Reservation> = {}): Reservation => ({
  orderId: "o1",
  status: "held",
  revision: 3,
  lines,
  expiresAt: inAMinute,
  ...more,
});

const reserve = (lines: readonly Line[], revision?: number, ttlSeconds: number | null = 60) =>
  ({ kind: "reserve", orderId: "o1", lines, ttlSeconds, revision }) as const;

/** Given levels and a reservation, when a command comes: the verdict in short, and what has moved. */
const decide = (
  levels: readonly StockLevel[],
  existing: Reservation | undefined,
  command: ReservationCommand,
) => {
  const book = openStockBook(levels, now);
  const { reservation, refusal } = decideReservation(book, existing, command, now);
  const { movements, ...changes } = book.changes();
  const shown: Record<string, unknown> | undefined = refusal && {
    code: refusal.code,
    ...refusal.details.extensions,
  };
  return {
    reservation,
    refusal: shown,
    moved: movements.map((m) => [m.sku, m.kind, m.onHandDelta, m.reservedDelta]),
    levels: changes.levels,
    alerts: changes.alerts,
  };
};

const conflict = (reservationStatus: string | null) => ({ code: "CONFLICT", reservationStatus });

describe("a hold", () => {
  test("is of revision 1 unless another is named", () => {
    const lines = [line("A", 2)];
    const { reservation, moved } = decide([level("A", 5)], undefined, reserve(lines));
    expect(reservation).toEqual(held(lines, { revision: 1 }));
    expect(moved).toEqual([["A", "reservation", 0, 2]]);
    expect(decide([level("A", 5)], undefined, reserve(lines, 7)).reservation?.revision).toBe(7);
  });

  test("answers the same to the same lines of its revision, of none and of a higher one, which stays", () => {
    const lines = [line("A", 2)];
    const existing = held(lines);
    for (const revision of [undefined, 3, 4]) {
      const { reservation, moved } = decide([level("A", 5, 2)], existing, reserve(lines, revision, null));
      expect(reservation).toEqual({ ...existing, revision: revision ?? 3, expiresAt: null });
      expect(moved).toEqual([]);
    }
  });

  test("is not changed by a call of a lower revision, whatever it says", () => {
    const existing = held([line("A", 2)]);
    for (const lines of [[line("A", 2)], [line("A", 1)], [line("B", 1)]])
      expect(decide([level("A", 5, 2), level("B", 5)], existing, reserve(lines, 2, null))).toEqual({
        reservation: undefined,
        refusal: conflict("held"),
        moved: [],
        levels: [],
        alerts: [],
      });
  });

  test("keeps its lines when others come under its revision, or under none", () => {
    for (const revision of [undefined, 3]) {
      const { reservation, refusal, moved } = decide(
        [level("A", 5, 2)],
        held([line("A", 2)]),
        reserve([line("A", 3)], revision),
      );
      expect([reservation, refusal, moved]).toEqual([undefined, conflict("held"), []]);
    }
  });
});

describe("lines under a higher revision", () => {
  test("move only the difference: more of one, less of another, one gone, one new", () => {
    const { reservation, moved } = decide(
      [level("A", 5, 2), level("B", 5, 4), level("C", 5, 1), level("D", 5), level("E", 5, 1)],
      held([line("A", 2), line("B", 4), line("C", 1), line("E", 1)]),
      reserve([line("D", 5), line("B", 1), line("A", 2), line("A", 3), line("E", 1)], 4),
    );
    expect(reservation).toEqual(
      held([line("A", 5), line("B", 1), line("D", 5), line("E", 1)], { revision: 4 }),
    );
    expect(moved).toEqual([
      ["A", "reservation", 0, 3],
      ["B", "release", 0, -3],
      ["C", "release", 0, -1],
      ["D", "reservation", 0, 5],
    ]);
  });

  test("leave everything as it is when one is short, and only the revision stays", () => {
    const existing = held([line("A", 2), line("B", 1)]);
    const { reservation, refusal, moved } = decide(
      [level("A", 5, 4), level("B", 5, 1), { ...level("GONE", 0), exists: false }],
      existing,
      reserve([line("A", 4), line("GONE", 1), line("NEVER", 1)], 4, null),
    );
    expect(refusal).toEqual({
      code: "OUT_OF_STOCK",
      // What it holds itself counts as available to it.
      shortages: [
        { sku: "A", requested: 4, available: 3 },
        { sku: "GONE", requested: 1, available: 0 },
        { sku: "NEVER", requested: 1, available: 0 },
      ],
    });
    expect(reservation).toEqual({ ...existing, revision: 4 });
    expect(moved).toEqual([]);
  });

  test("never shorten a life", () => {
    const later = decide([level("A", 5, 2)], held([line("A", 2)]), reserve([line("A", 1)], 4, 1));
    expect(later.reservation?.expiresAt).toEqual(inAMinute);
    const forever = decide([level("A", 5, 2)], held([line("A", 2)]), reserve([line("A", 1)], 4, null));
    expect(forever.reservation?.expiresAt).toBeNull();
  });

  test("tell of what can be sold again", () => {
    const { alerts } = decide([level("A", 9, 9)], held([line("A", 9)]), reserve([line("A", 1)], 4));
    expect(alerts.map(({ type, available, orderId }) => [type, available, orderId])).toEqual([
      ["stock.restocked", 8, "o1"],
    ]);
  });

  test.each(["released", "fulfilled", "expired", "returned"] as const)(
    "change nothing of what is %s",
    (status) => {
      const { reservation, refusal, moved } = decide(
        [level("A", 5)],
        held([line("A", 2)], { status }),
        reserve([line("A", 1)], 9),
      );
      expect([reservation, refusal, moved]).toEqual([undefined, conflict(status), []]);
    },
  );
});

describe("goods that come back", () => {
  const back = { kind: "return", orderId: "o1" } as const;
  const lines = [line("A", 2), line("B", 1)];

  test("are on hand again, once", () => {
    const first = decide([level("A", 5, 4), level("B", 0)], held(lines, { status: "fulfilled" }), back);
    expect(first.reservation).toEqual(held(lines, { status: "returned" }));
    expect(first.moved).toEqual([
      ["A", "return", 2, 0],
      ["B", "return", 1, 0],
    ]);
    const again = decide(first.levels, first.reservation, back);
    expect([again.reservation, again.moved]).toEqual([first.reservation, []]);
  });

  test("bring a deleted level back to life, with the threshold that it had", () => {
    const { levels, alerts } = decide(
      [
        { ...level("A", 0), exists: false, version: 8 },
        { ...level("B", 1), told: "low" },
      ],
      held(lines, { status: "fulfilled" }),
      back,
    );
    expect(levels[0]).toEqual({ ...level("A", 2), told: "low", version: 9 });
    expect(alerts.map(({ sku }) => sku)).toEqual([]);
  });

  test.each(["held", "released", "expired"] as const)("are none while the order is %s", (status) => {
    const { reservation, refusal, moved } = decide(
      [level("A", 5, 2)],
      held([line("A", 2)], { status }),
      back,
    );
    expect([reservation, refusal, moved]).toEqual([undefined, conflict(status), []]);
  });

  test("are none of an order that nobody knows", () => {
    const { refusal, moved } = decide([level("A", 5)], undefined, back);
    expect([refusal, moved]).toEqual([conflict(null), []]);
  });

  test("stay out altogether when one of them would be more than can be on hand", () => {
    const { reservation, refusal, moved } = decide(
      [level("A", 5), level("B", UNITS_MAX)],
      held(lines, { status: "fulfilled" }),
      back,
    );
    expect([reservation, refusal, moved]).toEqual([undefined, conflict("fulfilled"), []]);
  });

  test("are neither released nor fulfilled a second time", () => {
    const returned = held(lines, { status: "returned" });
    const levels = [level("A", 5), level("B", 5)];
    const released = decide(levels, returned, { kind: "release", orderId: "o1" });
    expect([released.reservation, released.moved]).toEqual([returned, []]);
    const fulfilled = decide(levels, returned, { kind: "fulfil", orderId: "o1" });
    expect([fulfilled.refusal, fulfilled.moved]).toEqual([conflict("returned"), []]);
  });
});

describe("a hold whose time has passed", () => {
  test("expires with the lines that it has by then", () => {
    const book = openStockBook([level("A", 5, 3)], inAMinute);
    expect(expire(book, held([line("A", 3)]), inAMinute)?.status).toBe("expired");
    expect(book.changes().levels[0]).toMatchObject({ reserved: 0 });
  });

  test("does not expire a moment early, nor where it has no end or has ended", () => {
    const book = openStockBook([level("A", 5, 3)], now);
    for (const reservation of [
      held([line("A", 3)], { expiresAt: new Date(now.getTime() + 1) }),
      held([line("A", 3)], { expiresAt: null }),
      held([line("A", 3)], { expiresAt: now, status: "released" }),
    ])
      expect(expire(book, reservation, now)).toBeUndefined();
  });
});
