import { sql } from "drizzle-orm";
import { describeReplica } from "../../shared/conformance/replica.ts";
import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import { catalogMigrations } from "../service.ts";
import { stockChange } from "../testing/catalog-under-test.ts";
import { copiesOfStock, stockTable } from "./stock-copies.ts";
import { createStockReplicaStore } from "./stock-replica-store.ts";

describeReplica<StockChange>({
  table: stockTable,
  migrations: catalogMigrations,
  // In the order of their bytes, which is not that of a dictionary.
  keys: ["A b", "A-1", "A_1", "B", "Z", "a-1", "b", "~"],
  revives: true,
  said: (sku, version, variant) => stockChange(sku, 10 * variant, version),
  gone: (sku, version) => stockChange(sku, 0, version, false),
  copyOf: (change) => copiesOfStock([change])[0] ?? { key: "", version: 0, fields: {} },
  hear: (database, change) => createStockReplicaStore(database).apply([change], null),
  empty: async (database) => void (await database.db.execute(sql`delete from stock_replica`)),
});
