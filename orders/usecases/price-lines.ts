import type { ProductSnapshot } from "../../shared/contracts/events.ts";
import { type FieldError, KioskError } from "../../shared/kernel/errors.ts";
import { money } from "../../shared/kernel/money.ts";
import type { OrderLine } from "../domain/order.ts";
import type { Catalog, Product, ProductKeys, ProductReplica } from "./ports.ts";

/** A line as it was asked for: by SKU or by product id, one of them. */
export interface RequestedLine {
  readonly sku?: string;
  readonly productId?: string;
  readonly quantity: number;
}

export interface PriceLinesDeps {
  readonly products: ProductReplica;
  readonly catalog: Catalog;
  readonly newId: () => string;
}

const fits =
  ({ sku, productId }: RequestedLine) =>
  (product: Product): boolean =>
    productId === undefined ? product.sku === sku : product.id === productId;

/** The product of a line. A SKU may have belonged to another product once: the one that is sold comes first. */
const productOf = (line: RequestedLine, products: readonly Product[]): Product | undefined => {
  const candidates = products.filter(fits(line));
  return candidates.find(isSold) ?? candidates[0];
};

const isSold = ({ status, deleted }: Product): boolean => status === "active" && !deleted;

const keysOf = (lines: readonly RequestedLine[]): ProductKeys => ({
  skus: [...new Set(lines.flatMap(({ sku }) => sku ?? []))],
  ids: [...new Set(lines.flatMap(({ productId }) => productId ?? []))],
});

const assertOneKeyEach = (lines: readonly RequestedLine[]): void => {
  const errors = lines.flatMap(({ sku, productId }, index): FieldError[] =>
    (sku === undefined) === (productId === undefined)
      ? [
          {
            pointer: `/body/lines/${index}`,
            message: "must name its product by sku or by productId: one of them",
          },
        ]
      : [],
  );
  if (errors.length > 0) throw new KioskError("VALIDATION", "Some lines are not clear.", { errors });
};

const productFrom = ({ id, sku, name, price, status }: ProductSnapshot): Product => ({
  id,
  sku,
  name,
  priceMinor: price.amountMinor,
  currency: price.currency,
  status,
  deleted: false,
});

/** What the replica knows, completed by the catalog where news of a product has not come yet. */
const findProducts = async (
  { products, catalog }: PriceLinesDeps,
  lines: readonly RequestedLine[],
): Promise<readonly Product[]> => {
  const known = await products.find(keysOf(lines));
  const missing = lines.filter((line) => productOf(line, known) === undefined);
  if (missing.length === 0) return known;
  const found = await catalog.lookup(keysOf(missing));
  await products.save(found);
  return [...known, ...found.map(productFrom)];
};

/**
 * Looks up the products of an order's lines and takes down their names and prices of now. Fails with `VALIDATION`
 * naming each line whose product is unknown or not sold, and with `UNAVAILABLE` where the catalog must be asked and
 * does not answer.
 */
export const priceLines =
  (deps: PriceLinesDeps) =>
  async (lines: readonly RequestedLine[]): Promise<OrderLine[]> => {
    assertOneKeyEach(lines);
    const products = await findProducts(deps, lines);
    const errors: FieldError[] = [];
    const priced: OrderLine[] = [];
    for (const [index, line] of lines.entries()) {
      const product = productOf(line, products);
      const pointer = `/body/lines/${index}/${line.productId === undefined ? "sku" : "productId"}`;
      if (product === undefined) errors.push({ pointer, message: "is not a product of this shop" });
      else if (!isSold(product)) errors.push({ pointer, message: "is not sold at present" });
      else priced.push(lineFrom(product, line.quantity, deps.newId()));
    }
    if (errors.length > 0) {
      throw new KioskError("VALIDATION", "Some products of the order cannot be bought.", { errors });
    }
    return priced;
  };

const lineFrom = (product: Product, quantity: number, id: string): OrderLine => ({
  id,
  sku: product.sku,
  productId: product.id,
  name: product.name,
  quantity,
  unitPrice: money(product.priceMinor, product.currency),
});

export type PriceLines = ReturnType<typeof priceLines>;
