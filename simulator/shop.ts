import type { ProductSnapshot, UserSnapshot } from "../shared/contracts/events.ts";
import type { StockChange } from "../shared/contracts/stock-stream.ts";
import { type Broker, createBroker } from "./bus/broker.ts";
import { type CatalogService, createCatalogService } from "./services/catalog.ts";
import { createInventoryService, type InventoryService } from "./services/inventory.ts";
import { createNotifyService, type NotifyService } from "./services/notify.ts";
import { createOrdersService, type OrdersService } from "./services/orders.ts";
import { createOwner, type Owner } from "./services/owner.ts";
import { createPaymentDesk, type PaymentDesk } from "./services/payment-desk.ts";
import type { Instance } from "./world/life.ts";
import type { World } from "./world/world.ts";

type Names = readonly [string, ...string[]];

/** All services of a shop, two instances of each, and what is between them. */
export interface Shop {
  readonly skus: Names;
  readonly productIds: Names;
  /** User ids. */
  readonly buyers: Names;
  /** Units by SKU that the shop begins with. */
  readonly first: ReadonlyMap<string, number>;
  readonly broker: Broker;
  readonly payments: PaymentDesk;
  readonly inventory: InventoryService;
  readonly orders: OrdersService;
  readonly products: Owner<ProductSnapshot>;
  readonly users: Owner<UserSnapshot>;
  readonly catalog: CatalogService;
  readonly notify: NotifyService;
  readonly instances: readonly Instance<unknown>[];
}

const PRICE = { amountMinor: 250, currency: "USD" } as const;
const UNITS_MAX = 7;

const productOf = (id: string, sku: string): ProductSnapshot => ({
  ...{ id, version: 1, sku, slug: sku.toLowerCase(), name: sku },
  ...{ price: PRICE, status: "active", categoryId: null },
});

const userOf = (id: string, createdAt: string): UserSnapshot => ({
  ...{ id, version: 1, phone: null, telegramUserId: null, name: "", username: null, email: null },
  ...{ language: "en", timezone: "UTC", role: "customer", status: "active", createdAt },
});

const createOwners = (world: World, broker: Broker, skus: Names, buyers: Names) => {
  const productIds = skus.map(() => world.newId()) as unknown as Names;
  const createdAt = world.trueClock.now().toISOString();
  const products = createOwner<ProductSnapshot>({
    ...{ world, broker, name: "products" },
    first: productIds.map((id, i) => productOf(id, skus[i] ?? "")),
    eventOf: (product, time) => ({
      ...{ type: "product.updated", subject: product.id, sequence: product.version },
      ...{ source: "/catalog", time, data: { product } },
    }),
  });
  const users = createOwner<UserSnapshot>({
    ...{ world, broker, name: "auth" },
    first: buyers.map((id) => userOf(id, createdAt)),
    eventOf: (user, time) => ({
      ...{ type: "user.updated", subject: user.id, sequence: user.version },
      ...{ source: "/auth", time, data: { user } },
    }),
  });
  return { productIds, products, users };
};

/** Opens a shop in a world; everything in it begins at once. */
export const openShop = (world: World): Shop => {
  const { dice, scheduler } = world;
  const skus: Names = dice.next() < 0.5 ? ["A", "B"] : ["A", "B", "C"];
  const buyers: Names = [world.newId(), world.newId(), world.newId()];
  const first = new Map(skus.map((sku) => [sku, 1 + dice.below(UNITS_MAX)]));
  const broker = createBroker(world);
  const payments = createPaymentDesk(world);
  const { productIds, products, users } = createOwners(world, broker, skus, buyers);
  const announce = (changes: readonly StockChange[]) => {
    for (const instance of catalog.instances)
      scheduler.after(1 + dice.below(5), () => instance.up?.api.hear(changes));
  };
  const inventory = createInventoryService({
    ...{ world, broker, announce },
    first: [...first].map(([sku, quantity]) => ({ sku, quantity })),
  });
  const catalog = createCatalogService({ world, broker, inventory: inventory.instances });
  const orders = createOrdersService({
    ...{ world, broker, payments, inventory: inventory.instances },
    ...{ catalog: products, auth: users },
  });
  const notify = createNotifyService(world, broker);
  const services = [inventory, catalog, orders, notify, products, users];
  return {
    ...{ skus, productIds, buyers, first, broker, payments },
    ...{ inventory, orders, products, users, catalog, notify },
    instances: services.flatMap((service): readonly Instance<unknown>[] => service.instances),
  };
};
