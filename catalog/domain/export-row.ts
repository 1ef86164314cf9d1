import { writeDecimalAmount } from "../../shared/kernel/decimal-amount.ts";
import { formulaGuarded, writeAttribute, writeCategory, writeImages } from "./import-cells.ts";
import { ATTRIBUTE_PREFIX, attributeOfColumn } from "./import-columns.ts";
import type { Product, ProductFields } from "./product.ts";

/** Columns of attributes; what does not fit goes into one column, as JSON. */
export const ATTRIBUTE_COLUMNS_MAX = 200;

const columns = [
  ...["sku", "name", "description", "price", "currency"],
  ...["barcode", "category", "images", "status"],
];

/** How products are laid out in rows. */
export interface ExportLayout {
  readonly header: readonly string[];
  /** `category`: names from the root on; empty for none. */
  row(product: Product, category: readonly string[]): string[];
}

/** True for an attribute whose name comes back from the name of a column. */
const fitsColumn = (name: string): boolean => attributeOfColumn(ATTRIBUTE_PREFIX + name) === name;

const remainder = (attributes: ProductFields["attributes"], columned: ReadonlySet<string>): string => {
  const rest = Object.entries(attributes).filter(([name]) => !columned.has(name));
  return rest.length === 0 ? "" : JSON.stringify(Object.fromEntries(rest));
};

/**
 * Lays products out as the import reads them: imported again they change nothing. `attributeNames`: those that products have, the
 * most frequent first.
 */
export const exportLayout = (attributeNames: readonly string[]): ExportLayout => {
  const named = attributeNames.filter(fitsColumn).slice(0, ATTRIBUTE_COLUMNS_MAX);
  const columned = new Set(named);
  return {
    header: [...columns, "attributes", ...named.map((name) => ATTRIBUTE_PREFIX + name)],
    row(product, category) {
      const { sku, name, description, price, barcode, images, status, attributes } = product;
      const cells = [
        ...[sku, name, description, writeDecimalAmount(price.amountMinor, price.currency), price.currency],
        ...[barcode ?? "", writeCategory(category), writeImages(images), status],
        remainder(attributes, columned),
        ...named.map((each) => {
          const value = Object.hasOwn(attributes, each) ? attributes[each] : undefined;
          return value === undefined ? "" : writeAttribute(value);
        }),
      ];
      return cells.map(formulaGuarded);
    },
  };
};
