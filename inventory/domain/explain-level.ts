import { type LedgerDifference, type LedgerRow, ledgerDifferences } from "./ledger.ts";
import {
  type CauseCode,
  causeCodeOf,
  causeWords,
  differenceWords,
  levelWords,
  sumWords,
} from "./level-words.ts";
import type { Actor, MovementKind } from "./movement.ts";
import { available } from "./stock-level.ts";

/** What orders did to a level within some movements, in units, and how many orders that were. */
export interface OrderFigures {
  readonly orders: number;
  readonly held: number;
  readonly released: number;
  readonly expired: number;
  readonly sold: number;
  readonly returned: number;
}

/** What is known of a movement that stands alone. */
export interface SingleFacts {
  readonly kind: MovementKind;
  readonly actor: Actor;
  readonly reason: string | null;
  readonly note: string | null;
  readonly traceId: string | null;
}

/** Movements of a SKU that follow each other: one by hand, those of orders between two such, or all that are older than a chain goes back. */
export interface Cluster {
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly movements: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly onHandAfter: number;
  readonly reservedAfter: number;
  readonly figures: OrderFigures;
  /** Those whose movements are the newest in it, a few. */
  readonly orderIds: readonly string[];
  /** Null where there are several movements. */
  readonly single: SingleFacts | null;
  /** True for the one that has everything before the others. */
  readonly isRest: boolean;
}

/** An order that holds units now. */
export interface Hold {
  readonly orderId: string;
  readonly quantity: number;
  readonly since: Date;
  /** Null: until released or fulfilled. */
  readonly expiresAt: Date | null;
}

/** Orders that hold units now: the newest by name, all as numbers. */
export interface Holds {
  readonly orders: number;
  readonly units: number;
  readonly listed: readonly Hold[];
}

export interface LevelFacts {
  readonly row: LedgerRow;
  /** Newest first. */
  readonly clusters: readonly Cluster[];
  readonly holds: Holds;
}

/** A counter over some movements. */
export interface CounterChange {
  readonly before: number;
  readonly delta: number;
  readonly after: number;
}

/** One link of the chain. The figures say the same as the words, for whoever writes them in another language. */
export interface LevelCause extends Cluster {
  readonly code: CauseCode;
  readonly says: string;
  readonly onHand: CounterChange;
  readonly reserved: CounterChange;
  readonly available: CounterChange;
}

export interface LevelExplanation {
  readonly sku: string;
  readonly code: "in-stock" | "sold-out" | "deleted";
  readonly says: string;
  readonly level: LedgerRow["counters"] & { readonly available: number };
  readonly holds: Holds;
  /** Newest first, as the ledger: what happened last is most often the answer. Together they are all movements. */
  readonly causes: readonly LevelCause[];
  readonly sum: {
    readonly movements: number;
    readonly onHand: number;
    readonly reserved: number;
    readonly held: number;
    readonly addsUp: boolean;
    readonly says: string;
    readonly differences: readonly (LedgerDifference & { readonly says: string })[];
  };
}

const changeOf = (after: number, delta: number): CounterChange => ({ before: after - delta, delta, after });

const causeOf = (cluster: Cluster): LevelCause => {
  const { onHandAfter, reservedAfter, onHandDelta, reservedDelta } = cluster;
  const onHand = changeOf(onHandAfter, onHandDelta);
  const code = causeCodeOf(cluster);
  return {
    ...cluster,
    code,
    says: causeWords(code, cluster, onHand),
    onHand,
    reserved: changeOf(reservedAfter, reservedDelta),
    available: changeOf(onHandAfter - reservedAfter, onHandDelta - reservedDelta),
  };
};

const codeOf = ({ exists, onHand, reserved }: LedgerRow["counters"]): LevelExplanation["code"] => {
  if (!exists) return "deleted";
  return available({ onHand, reserved }) > 0 ? "in-stock" : "sold-out";
};

const total = (causes: readonly Cluster[], of: (cause: Cluster) => number): number =>
  causes.reduce((sum, cause) => sum + of(cause), 0);

/**
 * Why there is as much of a SKU as there is: the level, the orders that hold some of it, the chain of what changed it, and whether all that adds
 * up. Where it does not, it says in what.
 */
export const explainLevel = ({ row, clusters, holds }: LevelFacts): LevelExplanation => {
  const { sku, counters } = row;
  const causes = clusters.map(causeOf);
  const onHand = total(causes, ({ onHandDelta }) => onHandDelta);
  const reserved = total(causes, ({ reservedDelta }) => reservedDelta);
  // The chain is what is shown, so it is the chain that has to come to the level.
  const ledger = { ...row.ledger, onHand, reserved, movements: total(causes, ({ movements }) => movements) };
  const differences = ledgerDifferences({ ...row, ledger }).map((difference) => ({
    ...difference,
    says: differenceWords(difference),
  }));
  const sum = { movements: ledger.movements, onHand, reserved, held: holds.units };
  const code = codeOf(counters);
  const level = { ...counters, available: available(counters) };
  return {
    ...{ sku, code, level, holds, causes },
    says: levelWords(code, { sku, ...level, orders: holds.orders }),
    sum: { ...sum, addsUp: differences.length === 0, says: sumWords(sum, differences.length), differences },
  };
};
