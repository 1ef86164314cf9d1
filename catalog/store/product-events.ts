import type { ProductSnapshot } from "../../shared/contracts/events.ts";
import type { NewEvent } from "../../shared/outbox/outbox.ts";
import type { Product } from "../domain/product.ts";

/** Where a change came from, for whoever follows it through the logs. */
export interface ChangeOrigin {
  readonly requestId?: string | undefined;
  readonly traceparent?: string | undefined;
}

export const snapshotOf = (product: Product): ProductSnapshot => ({
  id: product.id,
  version: product.version,
  sku: product.sku,
  slug: product.slug,
  name: product.name,
  price: { amountMinor: product.price.amountMinor, currency: product.price.currency },
  status: product.status,
  categoryId: product.categoryId,
});

/** What the others are told of a product that has just become this. */
export const eventOf = (product: Product, { requestId, traceparent }: ChangeOrigin): NewEvent => {
  const facts = {
    subject: product.id,
    sequence: product.version,
    source: "/catalog",
    time: product.updatedAt,
    requestId,
    traceparent,
  };
  if (product.deletedAt !== null) {
    const data = { id: product.id, version: product.version, sku: product.sku };
    return { ...facts, type: "product.deleted", data };
  }
  const type = product.version === 1 ? "product.created" : "product.updated";
  return { ...facts, type, data: { product: snapshotOf(product) } };
};
