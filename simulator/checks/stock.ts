import { sumBySku } from "../../inventory/domain/allocate.ts";
import { ledgerDifferences } from "../../inventory/domain/ledger.ts";
import type { OrderStatus } from "../../orders/domain/order.ts";
import type { Books } from "../people/books.ts";
import type { Shop } from "../shop.ts";
import type { StockTables } from "../stores/memory-stock-store.ts";
import type { OrderRow } from "../stores/order-tables.ts";

/** Units of each SKU in the reservations of a status. */
const unitsIn = ({ reservations }: StockTables, status: string): Map<string, number> => {
  const units = new Map<string, number>();
  for (const reservation of reservations.values())
    if (reservation.status === status)
      for (const { sku, quantity } of reservation.lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return units;
};

/** What must hold after every commit of inventory. */
export const stockFaults = (tables: StockTables): string[] => {
  const held = unitsIn(tables, "held");
  return [...tables.levels.values()].flatMap(({ level: { sku, onHand, reserved } }) => {
    if (onHand < 0 || reserved < 0 || reserved > onHand)
      return [`${sku}: on hand ${onHand}, reserved ${reserved}`];
    const expected = held.get(sku) ?? 0;
    return expected === reserved ? [] : [`${sku}: ${reserved} reserved, and ${expected} held for orders`];
  });
};

/** The levels against the ledger, and against what came in and left as people know it. */
const ledgerFaults = ({ inventory: { tables }, first }: Shop, { supplied }: Books): string[] => {
  const held = unitsIn(tables, "held");
  const left = unitsIn(tables, "fulfilled");
  return [...tables.levels.values()].flatMap(({ level }) => {
    const { sku, onHand, reserved, version, exists } = level;
    const moves = tables.movements.filter((movement) => movement.sku === sku);
    const sum = (pick: (move: (typeof moves)[number]) => number) =>
      moves.reduce((total, move) => total + pick(move), 0);
    const ledger = {
      onHand: sum(({ onHandDelta }) => onHandDelta),
      reserved: sum(({ reservedDelta }) => reservedDelta),
      ...{ movements: moves.length, version: moves.at(-1)?.versionAfter ?? 0, exists: moves.length > 0 },
    };
    const row = { sku, counters: { onHand, reserved, version, exists }, ledger, held: held.get(sku) ?? 0 };
    const conserved = (first.get(sku) ?? 0) + (supplied.get(sku) ?? 0) - (left.get(sku) ?? 0);
    return [
      ...ledgerDifferences(row).map(
        ({ what, expected, found }) => `${sku}: ${what} is ${found}, not ${expected}`,
      ),
      ...(conserved === onHand ? [] : [`${sku}: ${onHand} on hand, and ${conserved} by what came and left`]),
    ];
  });
};

/** How the hold of an order has to stand, by the status in which it rests. */
const holdsOf: Readonly<Record<OrderStatus, readonly string[]>> = {
  pending: [],
  confirmed: ["held"],
  packed: ["held"],
  shipped: ["fulfilled"],
  delivered: ["fulfilled"],
  returned: ["returned"],
  rejected: ["none", "released", "expired"],
  cancelled: ["none", "released", "expired"],
};

const textOf = (lines: readonly { readonly sku: string; readonly quantity: number }[]): string =>
  sumBySku(lines)
    .map(({ sku, quantity }) => `${sku} ${quantity}`)
    .join(", ");

/** An order against its hold: what it has promised is there, and what it has given up is nobody's. */
const holdFaults = ({ inventory }: Shop, { order }: OrderRow): string[] => {
  const hold = inventory.tables.reservations.get(order.id);
  const { number, status, lines } = order;
  const found = hold?.status ?? "none";
  if (!holdsOf[status].includes(found)) return [`${number} is ${status}, and its hold ${found}`];
  if (hold === undefined || status === "rejected" || status === "cancelled") return [];
  const [wanted, kept] = [textOf(lines), textOf(hold.lines)];
  if (wanted !== kept) return [`${number} has ${wanted}, and ${kept} is held for it`];
  return found === "held" && hold.expiresAt !== null
    ? [`${number} is ${status}, and its hold will expire`]
    : [];
};

/** What must hold of the stock when the world is at rest. */
export const restingStockFaults = (shop: Shop, books: Books): string[] => [
  ...ledgerFaults(shop, books),
  ...[...shop.orders.tables.orders.values()].flatMap((row) => holdFaults(shop, row)),
];
