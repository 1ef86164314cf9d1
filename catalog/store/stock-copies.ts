import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { Copy } from "../../shared/replicas/copy.ts";
import {
  isAfter,
  type KeptTable,
  keyOrder,
  markOf,
  removeKeptRows,
} from "../../shared/replicas/kept-rows.ts";
import type { ReplicaTable } from "../../shared/replicas/stretch.ts";
import { stockReplica } from "./schema.ts";
import { saveStock } from "./stock-replica-store.ts";

/** What the catalog copies of a stock level: all of it. */
export type StockFields = Pick<StockChange, "available" | "onHand" | "reserved" | "exists" | "occurredAt">;

/** A page of inventory's levels as the replica keeps them. */
export const copiesOfStock = (changes: readonly StockChange[]): Copy<StockFields>[] =>
  changes.map(({ sku: key, version, available, onHand, reserved, exists, occurredAt }) => {
    return { key, version, fields: { available, onHand, reserved, exists, occurredAt } };
  });

const kept: KeptTable = { table: stockReplica, key: stockReplica.sku, keyType: "text" };

/** The replica of inventory's levels, to be compared and rebuilt. It fills itself by the feed, whose cursor begins at nothing. */
export const stockTable: ReplicaTable<StockFields> = {
  name: "catalog.stock",
  async keptAfter(db, key, limit) {
    const rows = await db
      .select({ row: stockReplica, mark: markOf(stockReplica) })
      .from(stockReplica)
      .where(isAfter(kept, key))
      .orderBy(keyOrder(kept))
      .limit(limit);
    return rows.map(({ row: { sku, version, occurredAt, ...counts }, mark }) => {
      return { key: sku, version, fields: { ...counts, occurredAt: occurredAt.toISOString() }, mark };
    });
  },
  save: (tx, copies) =>
    saveStock(
      tx,
      copies.map(({ key: sku, version, fields }) => ({ sku, version, ...fields })),
    ),
  remove: (tx, rows) => removeKeptRows(tx, kept, rows),
};
