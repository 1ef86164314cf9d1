import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type LedgerRow, ledgerDifferences } from "./ledger.ts";
import { planRepair, type Repair, type Unmendable } from "./repair.ts";

const sound: LedgerRow = {
  sku: "A",
  counters: { onHand: 10, reserved: 3, version: 7, exists: true },
  ledger: { onHand: 10, reserved: 3, movements: 7, version: 7, exists: true },
  held: 3,
};

/** The row as it is once the repair has been made. */
const after = (row: LedgerRow, repair: Extract<Repair, { kind: "mend" }>): LedgerRow => ({
  sku: row.sku,
  counters: repair.counters,
  ledger: {
    ...row.ledger,
    reserved:
      row.ledger.reserved + repair.movements.reduce((sum, movement) => sum + movement.reservedDelta, 0),
    movements: row.ledger.movements + repair.movements.length,
    version: repair.movements.at(-1)?.versionAfter ?? row.ledger.version,
  },
  held: row.held,
});

const units = fc.integer({ min: 0, max: 12 });
const anyRow: fc.Arbitrary<LedgerRow> = fc
  .record({
    counters: fc.record({ onHand: units, reserved: units, version: units, exists: fc.boolean() }),
    ledger: fc.record({
      onHand: fc.integer({ min: -2, max: 12 }),
      reserved: fc.integer({ min: -2, max: 12 }),
      movements: units,
      version: units,
      exists: fc.boolean(),
    }),
    held: units,
    whole: fc.boolean(),
  })
  .map(({ whole, ...row }) => ({
    sku: "A",
    ...row,
    ledger: { ...row.ledger, ...(whole ? { version: row.ledger.movements } : {}) },
  }));

describe("the repair of a level", () => {
  test("of which nothing differs is none", () => {
    expect(planRepair(sound)).toEqual({ kind: "none" });
  });

  test("makes on hand what the ledger says and reserved what is held, and says what was found", () => {
    const row = { ...sound, counters: { onHand: 4, reserved: 1, version: 7, exists: true }, held: 2 };
    expect(planRepair(row)).toEqual({
      kind: "mend",
      counters: { onHand: 10, reserved: 2, version: 8, exists: true },
      movements: [{ reservedDelta: -1, versionAfter: 8 }],
      note: "Found on hand 4 instead of 10, reserved 1 instead of 3, held lines 1 instead of 2.",
    });
  });

  test("gives every version that was counted without a movement one, and never counts back", () => {
    const row = { ...sound, counters: { ...sound.counters, version: 9 } };
    expect(planRepair(row)).toMatchObject({
      counters: { version: 10 },
      movements: [8, 9, 10].map((versionAfter) => ({ reservedDelta: 0, versionAfter })),
    });
    expect(planRepair({ ...sound, counters: { ...sound.counters, version: 2 } })).toMatchObject({
      counters: { version: 8 },
    });
  });

  test("brings back a level that its ledger knows, and takes away one that the ledger ended", () => {
    const gone = { ...sound, counters: { onHand: 0, reserved: 0, version: 0, exists: false } };
    expect(planRepair(gone)).toMatchObject({
      counters: { onHand: 10, reserved: 3, version: 8, exists: true },
    });
    const ended = { onHand: 0, reserved: 0, movements: 7, version: 7, exists: false };
    expect(planRepair({ ...sound, ledger: ended, held: 0 })).toMatchObject({
      counters: { onHand: 0, reserved: 0, version: 8, exists: false },
    });
  });

  test("leaves alone what nobody can know, and names it", () => {
    const ledger = (more: Partial<LedgerRow["ledger"]>): LedgerRow => ({
      ...sound,
      ledger: { ...sound.ledger, ...more },
    });
    const left = (why: Unmendable): Repair => ({ kind: "left", why });
    expect(planRepair(ledger({ movements: 6 }))).toEqual(left("gap"));
    expect(planRepair(ledger({ movements: 0, version: 0, onHand: 0, exists: false }))).toEqual(left("empty"));
    expect(planRepair(ledger({ onHand: 2 }))).toEqual(left("held"));
    expect(planRepair(ledger({ onHand: -1 }))).toEqual(left("sum"));
    expect(planRepair(ledger({ exists: false }))).toEqual(left("sum"));
    expect(planRepair({ ...sound, counters: { ...sound.counters, version: 2_000_000_000 } })).toEqual(
      left("ahead"),
    );
  });

  test("leaves nothing that differs, whatever was found", () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const repair = planRepair(row);
        if (repair.kind !== "mend") return;
        const mended = after(row, repair);
        expect(ledgerDifferences(mended)).toEqual([]);
        expect(planRepair(mended)).toEqual({ kind: "none" });
        const { onHand, reserved, version, exists } = mended.counters;
        expect(version).toBeGreaterThan(Math.max(row.counters.version, row.ledger.version));
        expect(onHand - reserved).toBeGreaterThanOrEqual(0);
        expect(exists || onHand === 0).toBe(true);
        const numbers = repair.movements.map(({ versionAfter }) => versionAfter);
        expect(numbers).toEqual(numbers.map((_number, i) => row.ledger.version + 1 + i));
      }),
      { numRuns: 2_000 },
    );
  });

  test("mends whatever has a whole ledger with room for what is held", () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const { ledger, held } = row;
        const isWhole = ledger.movements > 0 && ledger.movements === ledger.version && ledger.onHand >= held;
        const isPossible = ledger.exists || ledger.onHand === 0;
        if (isWhole && isPossible) expect(planRepair(row).kind).not.toBe("left");
      }),
      { numRuns: 2_000 },
    );
  });
});
