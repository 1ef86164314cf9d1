import { notFound } from "../../shared/kernel/errors.ts";
import { explainLevel, type LevelExplanation, type LevelFacts } from "../domain/explain-level.ts";

/** How much of a long story is told. */
export interface ExplanationBounds {
  /** Links of the chain; what is older is one more. */
  readonly links: number;
  /** The newest movements that are read as links; what is older is in that one more, too. */
  readonly movements: number;
  /** Orders that hold units and are named. */
  readonly holds: number;
}

export interface ExplanationReads {
  /** Level, chain and holds of a SKU as they were at one moment; empty for one that nothing is known of. */
  facts(sku: string, bounds: ExplanationBounds): Promise<LevelFacts>;
}

/** Of a longer ledger the rest is added up and not sorted: its reader would wait for that, and the statement has an end. */
const MOVEMENTS_LINKED = 10_000;
/** Orders that hold units and are named: the others are a number. */
const HOLDS_NAMED = 10;

/** Why there is as much of a SKU as there is, also of one whose level was deleted. Fails with `NOT_FOUND` where there never was any. */
export const explainStock =
  ({ reads }: { readonly reads: ExplanationReads }) =>
  async ({ sku, links }: { readonly sku: string; readonly links: number }): Promise<LevelExplanation> => {
    const facts = await reads.facts(sku, { links, movements: MOVEMENTS_LINKED, holds: HOLDS_NAMED });
    if (facts.clusters.length === 0 && !facts.row.counters.exists) throw notFound("stock level");
    return explainLevel(facts);
  };
