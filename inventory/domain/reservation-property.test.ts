import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Line } from "./allocate.ts";
import { systemActor } from "./movement.ts";
import { decideReservation, expire, type Reservation, type ReservationCommand } from "./reservation.ts";
import { openStockBook, type StockBook, type StockChanges } from "./stock-book.ts";
import type { StockLevel } from "./stock-level.ts";

const skus = ["A", "B", "C"] as const;
const STOCK = 8;
const start = Date.parse("2026-01-01T12:00:00.000Z");

type Step =
  | { readonly kind: "command"; readonly command: ReservationCommand }
  | { readonly kind: "delete"; readonly sku: string }
  | { readonly kind: "wait"; readonly seconds: number };

/** Everything there is: what a sequence of steps works on. */
interface World {
  now: Date;
  levels: readonly StockLevel[];
  readonly reservations: Map<string, Reservation>;
  /** Units of a SKU that there would be if nothing had left by an order. */
  readonly received: Map<string, number>;
}

const newWorld = (): World => ({
  now: new Date(start),
  levels: skus.map((sku) => ({
    sku,
    onHand: STOCK,
    reserved: 0,
    version: 1,
    lowStockThreshold: 2,
    told: "enough",
    exists: true,
    updatedAt: new Date(start),
  })),
  reservations: new Map(),
  received: new Map(skus.map((sku) => [sku, STOCK])),
});

const orderId = fc.constantFrom("o1", "o2", "o3", "o4");
const lines = fc.array(
  fc.record({ sku: fc.constantFrom(...skus, "UNKNOWN"), quantity: fc.integer({ min: 1, max: 5 }) }),
  { minLength: 1, maxLength: 4 },
);
const command: fc.Arbitrary<ReservationCommand> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("reserve" as const),
      orderId,
      lines,
      ttlSeconds: fc.option(fc.integer({ min: 1, max: 60 })),
      revision: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("release" as const, "fulfil" as const, "return" as const),
      orderId,
    }),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: command.map((command) => ({ kind: "command" as const, command })) },
  { weight: 1, arbitrary: fc.constantFrom(...skus).map((sku) => ({ kind: "delete" as const, sku })) },
  { weight: 1, arbitrary: fc.nat(90).map((seconds) => ({ kind: "wait" as const, seconds })) },
);

/** Lets something be decided over a book of the world, keeps what came of it, and answers what has moved. */
const change = (world: World, decide: (book: StockBook) => void): StockChanges => {
  const book = openStockBook(world.levels, world.now);
  decide(book);
  const changes = book.changes();
  world.levels = world.levels.map((before) => changes.levels.find(({ sku }) => sku === before.sku) ?? before);
  return changes;
};

const perform = (world: World, command: ReservationCommand) => {
  const before = world.reservations.get(command.orderId);
  let verdict: ReturnType<typeof decideReservation> | undefined;
  const { movements } = change(world, (book) => {
    verdict = decideReservation(book, before, command, world.now);
    if (verdict.reservation) world.reservations.set(command.orderId, verdict.reservation);
  });
  return { before, after: verdict?.reservation, refusal: verdict?.refusal, movements };
};

/** As `usecases/delete-stock-level.ts` does it. */
const deleteLevel = (world: World, sku: string): void => {
  change(world, (book) => {
    const level = book.level(sku);
    if (!level || level.reserved > 0) return;
    const facts = { kind: "deletion", actor: systemActor, reason: null, note: null, orderId: null } as const;
    book.move({ sku, onHandDelta: -level.onHand, exists: false, ...facts });
    world.received.set(sku, (world.received.get(sku) ?? 0) - level.onHand);
  });
};

const wait = (world: World, seconds: number): void => {
  world.now = new Date(world.now.getTime() + seconds * 1000);
  change(world, (book) => {
    for (const [id, reservation] of world.reservations) {
      const expired = expire(book, reservation, world.now);
      if (expired) world.reservations.set(id, expired);
    }
  });
};

const unitsOf = (world: World, status: string, sku: string): number =>
  [...world.reservations.values()]
    .filter((reservation) => reservation.status === status)
    .flatMap((reservation): readonly Line[] => reservation.lines)
    .filter((line) => line.sku === sku)
    .reduce((sum, { quantity }) => sum + quantity, 0);

const expectSound = (world: World): void => {
  for (const level of world.levels) {
    expect(level.reserved).toBeGreaterThanOrEqual(0);
    expect(level.onHand).toBeGreaterThanOrEqual(level.reserved);
    expect(level.reserved).toBe(unitsOf(world, "held", level.sku));
    const received = world.received.get(level.sku) ?? 0;
    expect(level.onHand).toBe(received - unitsOf(world, "fulfilled", level.sku));
    if (!level.exists) expect(level.onHand).toBe(0);
  }
  for (const { status, expiresAt } of world.reservations.values())
    if (status === "held" && expiresAt) expect(expiresAt.getTime()).toBeGreaterThan(world.now.getTime());
};

const isStale = (command: ReservationCommand, before: Reservation | undefined): boolean =>
  command.kind === "reserve" &&
  before?.status === "held" &&
  (command.revision ?? before.revision) < before.revision;

const performTwice = (world: World, command: ReservationCommand): void => {
  const first = perform(world, command);
  if (first.refusal) expect(first.movements).toEqual([]);
  if (isStale(command, first.before))
    expect([first.refusal?.code, first.after]).toEqual(["CONFLICT", undefined]);
  if (first.before && first.after) {
    expect(first.after.revision).toBeGreaterThanOrEqual(first.before.revision);
    if (first.before.status !== "held" && first.before.status !== "fulfilled")
      expect(first.after).toEqual(first.before);
  }
  const again = perform(world, command);
  expect(again.movements).toEqual([]);
  if (!first.refusal) expect([again.refusal, again.after]).toEqual([undefined, first.after]);
  else expect(again.refusal?.code).toBeOneOf(["CONFLICT", first.refusal.code]);
};

describe("whatever is asked for whichever order, in whatever sequence", () => {
  test("sums agree, nothing is negative, a repetition moves nothing, and a lower revision changes nothing", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const world = newWorld();
        for (const step of steps) {
          if (step.kind === "command") performTwice(world, step.command);
          else if (step.kind === "delete") deleteLevel(world, step.sku);
          else wait(world, step.seconds);
          expectSound(world);
        }
        for (const { status } of world.reservations.values()) seen.add(status);
      }),
      { numRuns: 500 },
    );
    // The sequences really lead everywhere.
    expect([...seen].sort()).toEqual(["expired", "fulfilled", "held", "released", "returned"]);
  });
});
