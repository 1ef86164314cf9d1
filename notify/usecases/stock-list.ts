import { isKioskError, notFound } from "../../shared/kernel/errors.ts";
import { isSku } from "../domain/back-in-stock.ts";
import { endOfSkuRef, skuRefOf } from "../domain/sku-ref.ts";
import type { Acting } from "./shop-ports.ts";
import type { CatalogDesk, InventoryDesk, ShopStock } from "./stock-ports.ts";

/** Levels that one message lists. */
export const LISTED = 10;
/** A page of inventory's. */
const READ_AT_ONCE = 100;
/** Pages of inventory's that are read for one answer in the chat, at most. */
const READS_MAX = 5;
/** Pages that can be turned to; whoever has more to look at searches. */
export const PAGES_MAX = (READS_MAX * READ_AT_ONCE) / LISTED;
/** As long as inventory takes it. */
const WORDS_MAX = 64;

export interface StockListDeps {
  readonly inventory: Pick<InventoryDesk, "listLevels" | "readLevel">;
  readonly catalog: CatalogDesk;
}

export interface NamedStock {
  readonly stock: ShopStock;
  readonly name: string | null;
}

export interface StockListPage {
  readonly items: readonly NamedStock[];
  /** From 0. */
  readonly page: number;
  readonly hasNext: boolean;
}

/** Levels in the order of their SKUs, up to so many, and whether there are more. */
export const readLevels = async (
  { inventory }: Pick<StockListDeps, "inventory">,
  as: Acting,
  { low, text, upTo }: { readonly low: boolean; readonly text: string | null; readonly upTo: number },
): Promise<{ levels: ShopStock[]; more: boolean }> => {
  const levels: ShopStock[] = [];
  let cursor: string | null = null;
  for (let read = 0; read < READS_MAX; read += 1) {
    const limit = Math.min(READ_AT_ONCE, upTo - levels.length);
    const page = await inventory.listLevels(as, { low, text, limit, cursor });
    levels.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null || levels.length >= upTo) break;
  }
  return { levels, more: cursor !== null };
};

/** All that is low, as far as it is read for one answer. */
export const readLow = (deps: Pick<StockListDeps, "inventory">, as: Acting) =>
  readLevels(deps, as, { low: true, text: null, upTo: READS_MAX * READ_AT_ONCE });

const named = async (
  { catalog }: StockListDeps,
  as: Acting,
  levels: readonly ShopStock[],
): Promise<NamedStock[]> => {
  const names = await catalog.namesOf(
    as,
    levels.map(({ sku }) => sku),
  );
  return levels.map((stock) => ({ stock, name: names.get(stock.sku) ?? null }));
};

/**
 * A page of what is low, or of everything, as it is now: what has changed since the page before may have moved. Pages beyond the
 * last are the last.
 */
export const listStock =
  (deps: StockListDeps) =>
  async (
    as: Acting,
    { low, page }: { readonly low: boolean; readonly page: number },
  ): Promise<StockListPage> => {
    const wanted = Math.min(Math.max(0, page), PAGES_MAX - 1);
    const { levels, more } = await readLevels(deps, as, { low, text: null, upTo: (wanted + 1) * LISTED });
    const shown = Math.min(wanted, Math.max(0, Math.ceil(levels.length / LISTED) - 1));
    const items = await named(deps, as, levels.slice(shown * LISTED, (shown + 1) * LISTED));
    return { items, page: shown, hasNext: more && shown < PAGES_MAX - 1 };
  };

/** Null where there is no such level. */
const levelOf = async ({ inventory }: StockListDeps, as: Acting, sku: string): Promise<ShopStock | null> => {
  try {
    return await inventory.readLevel(as, sku);
  } catch (error) {
    if (isKioskError(error, "NOT_FOUND")) return null;
    throw error;
  }
};

/**
 * What somebody means by these words: the SKU itself where there is one, else levels whose SKU contains them and those of products
 * that are found by them, ten at most.
 */
export const searchStock =
  (deps: StockListDeps) =>
  async (as: Acting, words: string): Promise<readonly NamedStock[]> => {
    const text = Array.from(words).slice(0, WORDS_MAX).join("");
    const exact = isSku(text) ? await levelOf(deps, as, text) : null;
    if (exact !== null) return named(deps, as, [exact]);
    const [{ levels }, skus] = await Promise.all([
      readLevels(deps, as, { low: false, text, upTo: LISTED }),
      deps.catalog.findSkus(as, text, LISTED),
    ]);
    const known = new Set(levels.map(({ sku }) => sku));
    const others = await Promise.all(
      skus.filter((sku) => !known.has(sku)).map((sku) => levelOf(deps, as, sku)),
    );
    const found = [...levels, ...others.filter((level) => level !== null)];
    return named(deps, as, found.slice(0, LISTED));
  };

/** The SKU that a button names. Fails with `NOT_FOUND` where no level has that name, or it is not among the first 500 with that end. */
export const resolveSkuRef =
  (deps: Pick<StockListDeps, "inventory">) =>
  async (as: Acting, ref: string): Promise<string> => {
    const text = endOfSkuRef(ref);
    if (text === null) return ref;
    const { levels } = await readLevels(deps, as, { low: false, text, upTo: READS_MAX * READ_AT_ONCE });
    const found = levels.find(({ sku }) => skuRefOf(sku) === ref);
    if (found === undefined) throw notFound("stock level");
    return found.sku;
  };
