import type { Clock } from "../../shared/kernel/clock.ts";
import { type LedgerLine, lastChanges, undoableBy } from "../domain/stock-ledger.ts";
import type { AuthService } from "./ports.ts";
import type { Acting } from "./shop-ports.ts";
import type { CatalogDesk, InventoryDesk, ShopStock, SnoozeStore } from "./stock-ports.ts";

/** Lines of the ledger that a card reads: among them are the last changes, also where orders come one after the other. */
const LEDGER_READ = 50;

export interface StockCardDeps {
  readonly inventory: Pick<InventoryDesk, "readLevel" | "readLedger">;
  readonly catalog: Pick<CatalogDesk, "namesOf">;
  readonly users: Pick<AuthService, "findUser">;
  readonly snoozes: Pick<SnoozeStore, "find">;
  readonly clock: Clock;
}

/** Who changed the stock: somebody by name, an order, the system, or one of the shop's people whose name is not known (any more). */
export type ChangedBy = { readonly name: string } | "order" | "system" | "staff";

export interface CardChange {
  readonly delta: number;
  readonly by: ChangedBy;
  readonly at: Date;
}

/** Everything that a stock card shows. */
export interface StockCard {
  readonly stock: ShopStock;
  /** Null where the shop does not show such a product. */
  readonly name: string | null;
  /** Newest first. */
  readonly changes: readonly CardChange[];
  /** The change that the reader may take back now, by its version. */
  readonly undo: number | null;
  readonly snoozedUntil: Date | null;
}

const byOf = ({ actor, orderId }: LedgerLine, names: ReadonlyMap<string, string>): ChangedBy => {
  if (orderId !== null) return "order";
  if (actor.kind !== "staff") return "system";
  const name = names.get(actor.id ?? "");
  return name === undefined ? "staff" : { name };
};

/** The names of who made these changes; one that cannot be found out now is left out. */
const namesOf = async (
  { users }: StockCardDeps,
  lines: readonly LedgerLine[],
): Promise<ReadonlyMap<string, string>> => {
  const ids = lines.flatMap(({ actor }) => (actor.kind === "staff" && actor.id !== null ? [actor.id] : []));
  const found = await Promise.all([...new Set(ids)].map((id) => users.findUser(id).catch(() => null)));
  return new Map(found.flatMap((user) => (user === null ? [] : [[user.id, user.name] as const])));
};

/** How a SKU stands, for this reader. Fails with `NOT_FOUND`. */
export const readStockCard =
  (deps: StockCardDeps) =>
  async (as: Acting, sku: string): Promise<StockCard> => {
    const { inventory, catalog, snoozes, clock } = deps;
    const now = clock.now();
    const [stock, { items: lines }, names, snoozedUntil] = await Promise.all([
      inventory.readLevel(as, sku),
      inventory.readLedger(as, sku, { limit: LEDGER_READ, cursor: null }),
      catalog.namesOf(as, [sku]),
      snoozes.find(as.userId, sku, now),
    ]);
    const shown = lastChanges(lines);
    const people = await namesOf(deps, shown);
    return {
      stock,
      name: names.get(sku) ?? null,
      changes: shown.map((line) => ({
        delta: line.onHandDelta,
        by: byOf(line, people),
        at: line.createdAt,
      })),
      undo: undoableBy(lines, as.userId, now),
      snoozedUntil,
    };
  };
