import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import type { Logger } from "../ports/logger.ts";

/** "kiosk" in ASCII: one lock a database, held while its migrations run. */
const MIGRATION_LOCK = 0x6b_69_6f_73_6b;
const CONNECTION_TIMEOUT_MS = 5_000;
/** Waiting for another instance's migrations counts as one statement too. */
const STATEMENT_TIMEOUT_MS = 300_000;

/**
 * Brings one database to the newest migration of `folder` (as `bun run db:generate` wrote it); does nothing when it is
 * there already. Instances that start at once wait for each other. All pending migrations commit together or not at all.
 */
export async function migrate(url: string, folder: string, log: Logger): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "kiosk-migrate",
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  client.on("error", (error) => log.debug("the migration's connection broke", { error }));
  await client.connect();
  try {
    await client.query("SET client_min_messages = warning");
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const before = await countApplied(client);
    await applyMigrations(drizzle(client), { migrationsFolder: folder });
    const applied = (await countApplied(client)) - before;
    if (applied > 0) {
      log.info("migrated the database", { database: client.database, applied });
    }
  } finally {
    // Ending the session gives the lock back, also when the unlock could not be sent.
    await client.end().catch(() => undefined);
  }
}

async function countApplied(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ known: boolean }>(
    "SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS known",
  );
  if (rows[0]?.known !== true) {
    return 0;
  }
  const counted = await client.query<{ count: string }>("SELECT count(*) FROM drizzle.__drizzle_migrations");
  return Number(counted.rows[0]?.count ?? 0);
}
