import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { CategoryPlaces } from "../domain/import-categories.ts";
import { decideItem, type ItemFacts, type ItemOutcome } from "../domain/import-change.ts";
import type { ImportItem } from "../domain/import-row.ts";
import type { Product } from "../domain/product.ts";
import type { EnsureCategories } from "./import-categories.ts";
import type { ProductListing, ProductWriter } from "./ports.ts";

/** Products of one transaction: few enough to hold their locks for a moment. */
export const CHUNK_ITEMS = 250;
/** Others may hold what a chunk needs, or take its category away: it is tried again, for some seconds altogether. */
const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 50;

export interface ImportChunkDeps {
  readonly products: Pick<ProductWriter, "putAll">;
  readonly listing: Pick<ProductListing, "lookup">;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly pause: (ms: number) => Promise<void>;
}

/** What became of each item, in the order of the items. */
export type ApplyChunk = (items: readonly ImportItem[]) => Promise<readonly ItemOutcome[]>;

const bySku = (a: ImportItem, b: ImportItem): number => (a.sku < b.sku ? -1 : 1);

const pathsOf = (items: readonly ImportItem[]): (readonly string[])[] => [
  ...new Map(
    items.flatMap(({ fields: { category } }) =>
      category === undefined ? [] : [[JSON.stringify(category), category] as const],
    ),
  ).values(),
];

/** The database is busy at this place, or the tree has changed since it was read. */
const isWorthAnother = (error: unknown): boolean =>
  isKioskError(error, "UNAVAILABLE") || isKioskError(error, "TIMEOUT") || isKioskError(error, "VALIDATION");

/**
 * Applies the items of one chunk, each SKU once at most, in the order of their SKUs, so that imports at the same time wait for each
 * other and never in a ring. A dry run compares with what is there, and writes nothing.
 */
export const applyingChunks = (
  { products, listing, clock, newId, pause }: ImportChunkDeps,
  { dryRun, ensure }: { readonly dryRun: boolean; readonly ensure: EnsureCategories },
): ApplyChunk => {
  const factsOf = (places: CategoryPlaces): ItemFacts => ({
    now: clock.now(),
    newId,
    namesOf: places.namesOf,
    placeOf(names, currentId) {
      const id = places.find(names, currentId);
      return id === undefined ? (places.added(names) ?? { problem: "is not there" }) : { id };
    },
  });
  const decideAll =
    (items: readonly ImportItem[], places: CategoryPlaces) =>
    (known: ReadonlyMap<string, Product>): ItemOutcome[] => {
      const facts = factsOf(places);
      return items.map((item) => decideItem(item, known.get(item.sku), facts));
    };
  const compare = async (skus: readonly string[], decide: ReturnType<typeof decideAll>) => {
    const known = await listing.lookup({ ids: [], skus });
    return decide(new Map(known.map((product) => [product.sku, product])));
  };
  const once: ApplyChunk = async (items) => {
    const decide = decideAll(items, await ensure(pathsOf(items)));
    const skus = items.map(({ sku }) => sku);
    if (dryRun) return compare(skus, decide);
    return products.putAll(skus, (known) => {
      const outcomes = decide(known);
      return { puts: outcomes.flatMap((outcome) => ("put" in outcome ? outcome.put : [])), result: outcomes };
    });
  };
  /** What the database cannot do in time as a whole it is given in halves. */
  const patiently = async (items: readonly ImportItem[], attempt = 1): Promise<readonly ItemOutcome[]> => {
    try {
      return await once(items);
    } catch (error) {
      if (attempt >= ATTEMPTS || !isWorthAnother(error)) throw error;
      if (!isKioskError(error, "TIMEOUT") || items.length === 1) {
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
        return patiently(items, attempt + 1);
      }
      const middle = items.length >> 1;
      const first = await patiently(items.slice(0, middle), attempt + 1);
      return [...first, ...(await patiently(items.slice(middle), attempt + 1))];
    }
  };
  return async (given) => {
    const items = given.toSorted(bySku);
    const outcomes = await patiently(items);
    const byItem = new Map(items.map((item, i) => [item, outcomes[i]]));
    return given.flatMap((item) => byItem.get(item) ?? []);
  };
};
