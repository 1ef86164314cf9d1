import { FolderLocked, lockFolder } from "../shared/drivers/folder-lock.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import type { Closers } from "./closers.ts";
import { type DatabaseConfig, usesEmbeddedDatabase } from "./database-address.ts";
import { StartError } from "./start-error.ts";

/**
 * Takes the data folder for a command that needs it alone, where its databases are in there. Fails with a StartError while a Kiosk
 * runs in it.
 */
export const holdFolder = (
  config: DatabaseConfig,
  services: readonly ServiceName[],
  closers: Closers,
): void => {
  if (!usesEmbeddedDatabase(config, services)) return;
  try {
    const lock = lockFolder(config.DATA_DIR);
    closers.defer("the folder's lock", () => lock.release());
  } catch (error) {
    throw error instanceof FolderLocked ? new StartError(error.message, error) : error;
  }
};
