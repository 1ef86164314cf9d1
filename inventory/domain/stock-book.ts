import type { Movement, MovementFacts } from "./movement.ts";
import { alertOf, type StockAlert } from "./stock-alert.ts";
import { available, type StockLevel } from "./stock-level.ts";

/** One change to a level. Differences in units; what is left out stays. */
export interface StockMove extends MovementFacts {
  readonly sku: string;
  readonly onHandDelta?: number;
  readonly reservedDelta?: number;
  readonly lowStockThreshold?: number;
  readonly exists?: boolean;
}

/** What a decision changes. `levels` in their last state, `movements` and `alerts` in the order of happening. */
export interface StockChanges {
  readonly levels: readonly StockLevel[];
  readonly movements: readonly Movement[];
  readonly alerts: readonly StockAlert[];
}

/**
 * A working copy of levels while something is being decided. Every change goes through `move`, so that counters,
 * versions, ledger and alerts can never part.
 */
export interface StockBook {
  /** The level as it is by now; undefined for a SKU that does not exist. */
  level(sku: string): StockLevel | undefined;
  /** Changes a level and writes its movement. Throws a RangeError where the rules of stock would break. */
  move(move: StockMove): StockLevel;
  changes(): StockChanges;
}

const assertPossible = (level: StockLevel): void => {
  if (level.onHand < 0 || level.reserved < 0 || available(level) < 0)
    throw new RangeError(`${level.sku}: on hand ${level.onHand}, reserved ${level.reserved} cannot be`);
};

const moved = (before: StockLevel, move: StockMove, now: Date): StockLevel => ({
  ...before,
  onHand: before.onHand + (move.onHandDelta ?? 0),
  reserved: before.reserved + (move.reservedDelta ?? 0),
  lowStockThreshold: move.lowStockThreshold ?? before.lowStockThreshold,
  exists: move.exists ?? before.exists,
  version: before.version + 1,
  updatedAt: now,
});

const movementOf = (move: StockMove, after: StockLevel): Movement => ({
  sku: move.sku,
  kind: move.kind,
  actor: move.actor,
  reason: move.reason,
  note: move.note,
  orderId: move.orderId,
  onHandDelta: move.onHandDelta ?? 0,
  reservedDelta: move.reservedDelta ?? 0,
  onHandAfter: after.onHand,
  reservedAfter: after.reserved,
  versionAfter: after.version,
  createdAt: after.updatedAt,
});

/** Opens a book over levels, deleted ones included. It changes none of its arguments. */
export const openStockBook = (levels: Iterable<StockLevel>, now: Date): StockBook => {
  const current = new Map([...levels].map((level) => [level.sku, level]));
  const changed = new Set<string>();
  const movements: Movement[] = [];
  const alerts: StockAlert[] = [];

  return {
    level(sku) {
      const level = current.get(sku);
      return level?.exists ? level : undefined;
    },
    move(move) {
      const before = current.get(move.sku);
      if (!before) throw new RangeError(`${move.sku} is not in the book`);
      const level = moved(before, move, now);
      assertPossible(level);
      const { told, alert } = alertOf(before, level, move.orderId);
      const after = { ...level, told };
      current.set(move.sku, after);
      changed.add(move.sku);
      movements.push(movementOf(move, after));
      if (alert) alerts.push(alert);
      return after;
    },
    changes: () => ({
      levels: [...changed].flatMap((sku) => current.get(sku) ?? []),
      movements,
      alerts,
    }),
  };
};
