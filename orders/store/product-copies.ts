import type { ProductsPage } from "../../shared/contracts/internal-api.ts";
import type { Copy } from "../../shared/replicas/copy.ts";
import { replicaTable } from "../../shared/replicas/kept-rows.ts";
import { saveProductCopies } from "./product-replica.ts";
import { productReplica } from "./schema.ts";

type Row = typeof productReplica.$inferSelect;

/** What orders copy of a product; of a deleted one its SKU alone. */
export type ProductFields =
  | ({ readonly deleted: false } & Pick<Row, "sku" | "name" | "priceMinor" | "currency" | "status">)
  | { readonly deleted: true; readonly sku: string };

/** A page of the catalog's products as the replica keeps them. */
export const copiesOfProducts = ({
  items,
  gone,
}: Pick<ProductsPage, "items" | "gone">): Copy<ProductFields>[] => [
  ...items.map(({ id, version, sku, name, price, status }): Copy<ProductFields> => {
    const { amountMinor: priceMinor, currency } = price;
    return { key: id, version, fields: { deleted: false, sku, name, priceMinor, currency, status } };
  }),
  ...gone.map(
    ({ id, version, sku }): Copy<ProductFields> => ({ key: id, version, fields: { deleted: true, sku } }),
  ),
];

const fieldsOf = ({ deleted, sku, name, priceMinor, currency, status }: Row): ProductFields =>
  deleted ? { deleted, sku } : { deleted, sku, name, priceMinor, currency, status };

/** The replica of the catalog's products, to be filled, compared and rebuilt. */
export const productTable = replicaTable({
  name: "orders.products",
  table: productReplica,
  key: productReplica.id,
  keyType: "uuid",
  copyOf: (row) => ({ key: row.id, version: row.version, fields: fieldsOf(row) }),
  save: saveProductCopies,
});
