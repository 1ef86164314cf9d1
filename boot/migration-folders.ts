import { authMigrations } from "../auth/service.ts";
import { catalogMigrations } from "../catalog/service.ts";
import { inventoryMigrations } from "../inventory/service.ts";
import { notifyMigrations } from "../notify/service.ts";
import { ordersMigrations } from "../orders/service.ts";
import type { ServiceName } from "../shared/runtime/service.ts";

/** Where the migrations of each service's database are. */
export const migrationFolders: Readonly<Record<ServiceName, string>> = {
  auth: authMigrations,
  catalog: catalogMigrations,
  inventory: inventoryMigrations,
  orders: ordersMigrations,
  notify: notifyMigrations,
};
