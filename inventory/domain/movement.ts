/** Why a person adjusts stock by a difference. */
export const adjustmentReasons = ["receipt", "damage", "count", "return", "correction", "other"] as const;
export type AdjustmentReason = (typeof adjustmentReasons)[number];

export const movementKinds = [
  "receipt",
  "return",
  "correction",
  "adjustment",
  "reservation",
  "release",
  "expiry",
  "fulfilment",
  "deletion",
  "repair",
] as const;
export type MovementKind = (typeof movementKinds)[number];

/** The kind of movement that an adjustment for this reason is. */
export const kindOfAdjustment: Readonly<Record<AdjustmentReason, MovementKind>> = {
  receipt: "receipt",
  return: "return",
  count: "correction",
  correction: "correction",
  damage: "adjustment",
  other: "adjustment",
};

/** Who moved the stock: a member of staff by user id, or the system. */
export interface Actor {
  readonly kind: "staff" | "system";
  readonly id: string | null;
}

export const systemActor: Actor = { kind: "system", id: null };
export const staffActor = (userId: string): Actor => ({ kind: "staff", id: userId });

/** The circumstances of a movement. */
export interface MovementFacts {
  readonly kind: MovementKind;
  readonly actor: Actor;
  readonly reason: string | null;
  readonly note: string | null;
  readonly orderId: string | null;
}

/** One line of the ledger: how both counters of one SKU changed, and what they were afterwards. Never changed. */
export interface Movement extends MovementFacts {
  readonly sku: string;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly onHandAfter: number;
  readonly reservedAfter: number;
  /** The level's version after it: numbers the movements of a SKU without gaps, from 1. */
  readonly versionAfter: number;
  readonly createdAt: Date;
}
