import type { Permission } from "../../shared/contracts/permissions.ts";

export type PageName =
  | "dashboard"
  | "stock"
  | "orders"
  | "products"
  | "categories"
  | "imports"
  | "customers"
  | "deliveries"
  | "broadcasts"
  | "webhooks"
  | "operations"
  | "audit";

export interface ConsolePage {
  readonly name: PageName;
  /** Below `/admin`. */
  readonly path: string;
  /** The second key after `g`. */
  readonly key: string;
  /** The right without which the page has nothing to show. */
  readonly permission: Permission;
}

/** The console's pages in the order of the menu. */
export const consolePages: readonly ConsolePage[] = [
  { name: "dashboard", path: "/", key: "d", permission: "orders.read-all" },
  { name: "stock", path: "/stock", key: "s", permission: "stock.read" },
  { name: "orders", path: "/orders", key: "o", permission: "orders.read-all" },
  { name: "products", path: "/products", key: "p", permission: "catalog.write" },
  { name: "categories", path: "/categories", key: "c", permission: "catalog.write" },
  { name: "imports", path: "/imports", key: "i", permission: "catalog.write" },
  { name: "customers", path: "/customers", key: "u", permission: "users.read" },
  { name: "deliveries", path: "/deliveries", key: "m", permission: "notifications.read-all" },
  { name: "broadcasts", path: "/broadcasts", key: "b", permission: "broadcast.send" },
  { name: "webhooks", path: "/webhooks", key: "w", permission: "webhooks.manage" },
  { name: "operations", path: "/operations", key: "x", permission: "ops.read" },
  { name: "audit", path: "/audit", key: "a", permission: "audit.read" },
];
