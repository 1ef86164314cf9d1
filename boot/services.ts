import { authConfigSchema } from "../auth/config.ts";
import type { OidcConnection } from "../auth/oidc-config.ts";
import { createAuth } from "../auth/service.ts";
import { catalogConfigSchema } from "../catalog/config.ts";
import { type CatalogService, createCatalog } from "../catalog/service.ts";
import { inventoryConfigSchema } from "../inventory/config.ts";
import { createInventory, type Inventory } from "../inventory/service.ts";
import { notifyConfigSchema } from "../notify/config.ts";
import { type ChannelConnection, createNotify, type TelegramConnection } from "../notify/service.ts";
import { ordersConfigSchema } from "../orders/config.ts";
import { createOrders } from "../orders/service.ts";
import { type Environment, readConfig } from "../shared/runtime/config.ts";
import type { Service, ServiceDeps, ServiceName } from "../shared/runtime/service.ts";
import { migrationFolders } from "./migration-folders.ts";

/** Everything about a service that the entry needs: its own configuration is read before anything is opened. */
export interface ServiceBlueprint {
  readonly migrations: string;
  create(deps: ServiceDeps): Service;
}

/**
 * The services that this process runs, configured. Throws a ConfigError that names every wrong variable of theirs.
 * `telegram` is asked when notify is made: only it holds the bot's token.
 */
export const blueprintsOf = (
  names: readonly ServiceName[],
  environment: Environment,
  telegram: (token: string | undefined, apiRoot: string) => TelegramConnection,
  oidc: OidcConnection,
  channels: ChannelConnection,
): Partial<Record<ServiceName, ServiceBlueprint>> => {
  const all: Record<ServiceName, () => ServiceBlueprint> = {
    auth: () => {
      const config = readConfig(authConfigSchema, environment);
      return { migrations: migrationFolders.auth, create: (deps) => createAuth({ ...deps, config, oidc }) };
    },
    catalog: () => {
      const config = readConfig(catalogConfigSchema, environment);
      return { migrations: migrationFolders.catalog, create: (deps) => createCatalog({ ...deps, config }) };
    },
    inventory: () => {
      const config = readConfig(inventoryConfigSchema, environment);
      return {
        migrations: migrationFolders.inventory,
        create: (deps) => createInventory({ ...deps, config }),
      };
    },
    orders: () => {
      const config = readConfig(ordersConfigSchema, environment);
      return { migrations: migrationFolders.orders, create: (deps) => createOrders({ ...deps, config }) };
    },
    notify: () => {
      const config = readConfig(notifyConfigSchema, environment);
      const connection = () => telegram(config.TELEGRAM_BOT_TOKEN, config.TELEGRAM_API_ROOT);
      return {
        migrations: migrationFolders.notify,
        create: (deps) => createNotify({ ...deps, config, telegram: connection(), channels }),
      };
    },
  };
  return Object.fromEntries(names.map((name) => [name, all[name]()]));
};

const isCatalog = (service: Service | undefined): service is CatalogService => service?.name === "catalog";
const isInventory = (service: Service | undefined): service is Inventory => service?.name === "inventory";

/** Gives an empty shop its first products and their stock, where both services run here. Answers how many products. */
export const seedDemo = async (services: readonly Service[]): Promise<number> => {
  const catalog = services.find(isCatalog);
  const inventory = services.find(isInventory);
  if (!catalog || !inventory) return 0;
  const stock = await catalog.seedDemo();
  await inventory.seed(stock);
  return stock.length;
};
