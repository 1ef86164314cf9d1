import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { catalogueRevision, replicaCursor } from "./schema.ts";

/**
 * Makes a restored catalogue another one for whoever remembers it: its revision may have been higher before, and answers of that
 * time may lie in Redis. The feed of stock is read from its beginning, for its places are those of another server.
 */
export const beginAnotherLife = async (db: Db): Promise<void> => {
  await db.execute(sql`update ${catalogueRevision} set identity = gen_random_uuid()`);
  await db.execute(sql`delete from ${replicaCursor}`);
};
