import { isKioskError } from "../../shared/kernel/errors.ts";
import {
  isOwnCorrection,
  type LedgerLine,
  mayUndo,
  UNDO_MS,
  type UndoRefusal,
  undoNote,
} from "../domain/stock-ledger.ts";
import { changing } from "./outcome-unknown.ts";
import type { Acting } from "./shop-ports.ts";
import { readStockCard, type StockCard, type StockCardDeps } from "./stock-card.ts";
import { listStock, resolveSkuRef, type StockListDeps, searchStock } from "./stock-list.ts";
import type { InventoryDesk, ShopStock, SnoozeStore } from "./stock-ports.ts";

/** Lines of the ledger that are read at once while a change is looked for. */
const LEDGER_PAGE = 100;
/** Pages of these, at most: more than 500 movements of one SKU in a minute are no shop's. */
const LEDGER_PAGES_MAX = 5;
/** How long a snooze lasts. */
const SNOOZE_MS = 24 * 3_600_000;

export interface ChatStockDeps extends StockCardDeps, StockListDeps {
  readonly inventory: InventoryDesk;
  readonly catalog: StockListDeps["catalog"];
  readonly snoozes: SnoozeStore;
}

/** A SKU as a button names it. */
export interface NamedBySku {
  readonly ref: string;
}

/** What came of a change. `card` is null where it was made and could not be read again: nobody may think that it was not. */
export interface StockChanged {
  readonly stock: ShopStock;
  readonly card: StockCard | null;
}

/** `short`: so many units are all that could go, or have to stay. */
export type StockOutcome<Refusal extends string> =
  | ({ readonly kind: "done" } & StockChanged)
  | { readonly kind: "short"; readonly units: number; readonly card: StockCard }
  | { readonly kind: "refused"; readonly why: Refusal; readonly card: StockCard };

const unitsIn = (error: unknown, member: "available" | "reserved"): number | null => {
  if (!isKioskError(error, "CONFLICT")) return null;
  const units = error.details.extensions?.[member];
  return typeof units === "number" ? units : null;
};

const changed = async (deps: ChatStockDeps, as: Acting, stock: ShopStock): Promise<StockChanged> => ({
  stock,
  card: await readStockCard(deps)(as, stock.sku).catch(() => null),
});

/** The ledger of the last while, newest first: as far back as a change may be taken back. */
const recentLines = async (
  { inventory, clock }: ChatStockDeps,
  as: Acting,
  sku: string,
): Promise<LedgerLine[]> => {
  const since = clock.now().getTime() - UNDO_MS;
  const lines: LedgerLine[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < LEDGER_PAGES_MAX; page += 1) {
    const { items, nextCursor } = await inventory.readLedger(as, sku, { limit: LEDGER_PAGE, cursor });
    lines.push(...items);
    cursor = nextCursor;
    const oldest = items.at(-1);
    if (cursor === null || oldest === undefined || oldest.createdAt.getTime() < since) break;
  }
  return lines;
};

/** Names the undo of one change, whoever asks for it and however often. A SKU may hold what a key may not. */
const undoKey = (sku: string, version: number): string => `tg-undo-${encodeURIComponent(sku)}-${version}`;

const undo = async (
  deps: ChatStockDeps,
  as: Acting,
  { ref, version }: NamedBySku & { readonly version: number },
): Promise<StockOutcome<UndoRefusal>> => {
  const sku = await resolveSkuRef(deps)(as, ref);
  const lines = await recentLines(deps, as, sku);
  const verdict = mayUndo(lines, { version, userId: as.userId }, deps.clock.now());
  if (verdict.kind === "refused")
    return { kind: "refused", why: verdict.why, card: await readStockCard(deps)(as, sku) };
  const delta = -verdict.line.onHandDelta;
  const adjustment = { sku, delta, reason: "correction", note: undoNote(version) } as const;
  try {
    const stock = await changing(() => deps.inventory.adjust(as, adjustment, undoKey(sku, version)));
    return { kind: "done", ...(await changed(deps, as, stock)) };
  } catch (error) {
    const units = unitsIn(error, "available");
    if (units === null) throw error;
    return { kind: "short", units, card: await readStockCard(deps)(as, sku) };
  }
};

export interface StockCorrection extends NamedBySku {
  readonly onHand: number;
  /** The version that the question showed. */
  readonly version: number;
}

/** The level has another version than was shown: by this very correction, made before, or by something else. */
const overtaken = async (
  deps: ChatStockDeps,
  as: Acting,
  sku: string,
  { onHand, version }: StockCorrection,
): Promise<StockOutcome<"changed">> => {
  const [card, lines] = await Promise.all([readStockCard(deps)(as, sku), recentLines(deps, as, sku)]);
  const isDone = isOwnCorrection(lines, { version, onHand, userId: as.userId });
  return isDone ? { kind: "done", stock: card.stock, card } : { kind: "refused", why: "changed", card };
};

const correct = async (
  deps: ChatStockDeps,
  as: Acting,
  wanted: StockCorrection,
): Promise<StockOutcome<"changed">> => {
  const sku = await resolveSkuRef(deps)(as, wanted.ref);
  const { onHand, version } = wanted;
  try {
    const stock = await changing(() => deps.inventory.correct(as, { sku, onHand, version }));
    return { kind: "done", ...(await changed(deps, as, stock)) };
  } catch (error) {
    if (isKioskError(error, "VERSION_MISMATCH")) return overtaken(deps, as, sku, wanted);
    const units = unitsIn(error, "reserved");
    if (units === null) throw error;
    return { kind: "short", units, card: await readStockCard(deps)(as, sku) };
  }
};

/**
 * What merchants do with their stock in the chat, each by the routes of inventory and by the rights of who has tapped. Changes fail with
 * `OutcomeUnknown` where inventory does not answer.
 */
export const createChatStock = (deps: ChatStockDeps) => {
  const skuOf = resolveSkuRef(deps);
  const cardOf = readStockCard(deps);
  return {
    list: listStock(deps),
    search: searchStock(deps),

    cardOf,

    /** Fails with `NOT_FOUND`, as all of these do. */
    card: async (as: Acting, { ref }: NamedBySku): Promise<StockCard> => cardOf(as, await skuOf(as, ref)),

    /** Units that came. The same key again counts once. */
    async add(
      as: Acting,
      { ref, units, key }: NamedBySku & { readonly units: number; readonly key: string },
    ): Promise<StockChanged> {
      const sku = await skuOf(as, ref);
      const adjustment = { sku, delta: units, reason: "receipt", note: null } as const;
      return changed(deps, as, await changing(() => deps.inventory.adjust(as, adjustment, key)));
    },

    /** Takes one's own change back, within a minute. */
    undo: (as: Acting, change: NamedBySku & { readonly version: number }) => undo(deps, as, change),

    /** The level that a count is asked for. */
    level: async (as: Acting, { ref }: NamedBySku): Promise<ShopStock> =>
      deps.inventory.readLevel(as, await skuOf(as, ref)),

    /** What was counted, if the level is still as the question showed it. */
    correct: (as: Acting, wanted: StockCorrection) => correct(deps, as, wanted),

    /** From now on no alert of this SKU for a day; or alerts again. */
    async snooze(as: Acting, { ref, on }: NamedBySku & { readonly on: boolean }): Promise<StockCard> {
      const sku = await skuOf(as, ref);
      const now = deps.clock.now();
      if (on) await deps.snoozes.begin(as.userId, sku, new Date(now.getTime() + SNOOZE_MS), now);
      else await deps.snoozes.end(as.userId, sku);
      return cardOf(as, sku);
    },
  };
};

export type ChatStock = ReturnType<typeof createChatStock>;
