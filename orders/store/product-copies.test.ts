import { sql } from "drizzle-orm";
import { describeReplica } from "../../shared/conformance/replica.ts";
import type { ProductSnapshot } from "../../shared/contracts/events.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { ordersMigrations } from "../service.ts";
import { productSnapshot } from "../testing/snapshots.ts";
import { copiesOfProducts, productTable } from "./product-copies.ts";
import { deleteProduct, saveProducts } from "./product-replica.ts";

type News =
  | { readonly product: ProductSnapshot }
  | { readonly gone: { id: string; sku: string; version: number } };

const statuses = ["active", "draft", "archived", "active"] as const;
const skuOf = (id: string) => `SKU-${id.slice(-12)}`;

describeReplica<News>({
  table: productTable,
  migrations: ordersMigrations,
  keys: Array.from({ length: 8 }, newId).sort(),
  revives: false,
  said: (id, version, variant) => ({
    product: productSnapshot(skuOf(id), {
      ...{ id, version, name: `Name ${variant}`, status: statuses[variant] ?? "active" },
      price: { amountMinor: 100 * variant, currency: "USD" },
    }),
  }),
  gone: (id, version) => ({ gone: { id, version, sku: skuOf(id) } }),
  copyOf: (news) =>
    copiesOfProducts(
      "product" in news ? { items: [news.product], gone: [] } : { items: [], gone: [news.gone] },
    )[0] ?? { key: "", version: 0, fields: {} },
  hear: (database, news) =>
    "product" in news ? saveProducts(database.db, [news.product]) : deleteProduct(database.db, news.gone),
  empty: async (database) => void (await database.db.execute(sql`delete from product_replica`)),
});
