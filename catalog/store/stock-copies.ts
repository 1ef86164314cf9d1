import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { Copy } from "../../shared/replicas/copy.ts";
import { replicaTable } from "../../shared/replicas/kept-rows.ts";
import { stockReplica } from "./schema.ts";
import { saveStock } from "./stock-replica-store.ts";

/** What the catalog copies of a stock level: all of it. */
export type StockFields = Pick<StockChange, "available" | "onHand" | "reserved" | "exists" | "occurredAt">;

/** A page of inventory's levels as the replica keeps them. */
export const copiesOfStock = (changes: readonly StockChange[]): Copy<StockFields>[] =>
  changes.map(({ sku: key, version, available, onHand, reserved, exists, occurredAt }) => {
    return { key, version, fields: { available, onHand, reserved, exists, occurredAt } };
  });

/** The replica of inventory's levels, to be compared and rebuilt. It fills itself by the feed, whose cursor begins at nothing. */
export const stockTable = replicaTable({
  name: "catalog.stock",
  table: stockReplica,
  key: stockReplica.sku,
  keyType: "text",
  copyOf: ({ sku: key, version, occurredAt, ...counts }) => ({
    key,
    version,
    fields: { ...counts, occurredAt: occurredAt.toISOString() },
  }),
  save: (tx, copies) =>
    saveStock(
      tx,
      copies.map(({ key: sku, version, fields }) => ({ sku, version, ...fields })),
    ),
});
