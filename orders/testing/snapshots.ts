import type { ProductSnapshot, UserSnapshot } from "../../shared/contracts/events.ts";
import { newId } from "../../shared/kernel/ids.ts";
import type { Order } from "../domain/order.ts";

export const userSnapshot = (id: string, more: Partial<UserSnapshot> = {}): UserSnapshot => ({
  id,
  version: 1,
  phone: "+4915112345678",
  telegramUserId: 1,
  name: "Ada",
  username: null,
  email: null,
  language: "en",
  timezone: "UTC",
  role: "customer",
  status: "active",
  createdAt: new Date(0).toISOString(),
  ...more,
});

export const productSnapshot = (sku: string, more: Partial<ProductSnapshot> = {}): ProductSnapshot => ({
  id: newId(),
  version: 1,
  sku,
  slug: sku.toLowerCase(),
  name: `The ${sku}`,
  price: { amountMinor: 1299, currency: "USD" },
  status: "active",
  categoryId: null,
  ...more,
});

/** A pending order of one line. */
export const anOrder = (more: Partial<Order> = {}): Order => {
  const unitPrice = { amountMinor: 250, currency: "USD" };
  const at = new Date("2026-01-01T12:00:00Z");
  return {
    id: newId(),
    number: "K-000001",
    userId: newId(),
    status: "pending",
    version: 1,
    lines: [{ id: newId(), sku: "MUG", productId: newId(), name: "Mug", quantity: 2, unitPrice }],
    total: { amountMinor: 500, currency: "USD" },
    note: null,
    address: null,
    payment: { provider: "manual" },
    claim: null,
    archivedAt: null,
    createdAt: at,
    updatedAt: at,
    ...more,
  };
};
