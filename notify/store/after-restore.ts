import { sql } from "drizzle-orm";
import type { Database } from "../../shared/ports/database.ts";
import { broadcast } from "./broadcast-schema.ts";
import { takeBack } from "./broadcast-steps.ts";

/**
 * Pauses the broadcasts of a restored database that were under way, and answers how many those were: who got one after the backup was made
 * stands in it as one who waits, and would get it again. Whether it goes on is an admin's to say.
 */
export const pauseBroadcasts = (database: Database): Promise<number> =>
  database.transaction(async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`
      update ${broadcast} set state = 'paused', version = version + 1, updated_at = now()
      where state = 'running' returning id`);
    const now = new Date();
    for (const { id } of rows) while ((await takeBack(tx, id, now)) > 0);
    return rows.length;
  });
