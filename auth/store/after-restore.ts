import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { session } from "./schema.ts";

/** Sessions of one statement, so that it stays far from its timeout however many there are. */
const BATCH = 5_000;

/**
 * Ends every session of a restored database, and answers how many those were: one that was ended after the backup was made would be
 * alive again, and a refresh token that had been used up would be good once more.
 */
export const endAllSessions = async (db: Db): Promise<number> => {
  for (let ended = 0; ; ) {
    const { rowCount } = await db.execute(sql`
      update ${session} set revoked_at = now(), revoke_reason = 'admin'
      where id in (select id from ${session} where revoked_at is null limit ${BATCH})`);
    ended += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH) return ended;
  }
};
