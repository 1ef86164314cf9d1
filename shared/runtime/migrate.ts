import pg from "pg";
import type { Logger } from "../ports/logger.ts";
import { sqlState, sqlStates } from "../ports/sql-state.ts";
import { type Migration, readMigrations } from "./migration-files.ts";
import { backoffMs, pause } from "./retry.ts";

/** "kiosk" in ASCII: one lock a database, held while its migrations run. */
const MIGRATION_LOCK = 0x6b_69_6f_73_6b;
/** Longest wait for another instance that migrates the same database. */
const TURN_TIMEOUT_MS = 600_000;
const TURN_EVERY_MS = 100;
const CONNECTION_TIMEOUT_MS = 5_000;
/** Longest that one statement of a migration may take. */
const STATEMENT_TIMEOUT_MS = 300_000;
/**
 * Longest wait for a table's lock. Whoever comes after a migration that waits for a table waits behind it, and the services
 * wait 500 ms for a lock: so it steps back before they give up, lets them through, and tries again.
 */
export const MIGRATION_LOCK_TIMEOUT_MS = 300;
/** Tries of one migration whose tables are in use: some two minutes in all. */
const ATTEMPTS_MAX = 40;
const STEP_BACK = { baseMs: 200, ceilingMs: 5_000 };
/** While this schema is there a restore has not ended, and the rows are not whole. */
export const RESTORING_SCHEMA = "kiosk_restoring";

/** What is known of a database's migrations, without changing anything. */
export interface MigrationPlan {
  /** Applied, in this version's order. */
  readonly applied: readonly string[];
  /** Still to be applied, in the order in which that happens. */
  readonly pending: readonly string[];
  /** Applied by a newer version of Kiosk: this one does not know them. */
  readonly unknown: number;
}

/** A migration that could not be applied. Those before it are done and stay; nothing of it or after it is. */
export class MigrationFailed extends Error {
  override readonly name = "MigrationFailed";

  constructor(
    readonly tag: string,
    readonly done: readonly string[],
    cause: unknown,
  ) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    const before = done.length === 0 ? "nothing was changed" : `done before it: ${done.join(", ")}`;
    super(`migration ${tag} failed: ${why} (${before})`, { cause });
  }
}

export interface MigrateOptions {
  /** For a restore, which marks the database while it lasts: those that the backup was made at, by their tags, or all. */
  readonly restoring?: readonly string[] | "all";
}

const connect = async (url: string, log: Logger): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: "kiosk-migrate",
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  client.on("error", (error) => log.debug("the migration's connection broke", { error }));
  await client.connect();
  return client;
};

/** Waits by asking: a statement that waited would hold a snapshot, and what was deleted meanwhile could not be cleared away. */
const takeTurn = async (client: pg.Client): Promise<void> => {
  const giveUpAt = performance.now() + TURN_TIMEOUT_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1) AS taken", [
      MIGRATION_LOCK,
    ]);
    if (rows[0]?.taken) return;
    if (performance.now() >= giveUpAt)
      throw new Error(`another instance has been migrating it for ${TURN_TIMEOUT_MS / 1_000} s`);
    await pause(TURN_EVERY_MS);
  }
};

/** The `when` of what has been applied. */
const readApplied = async (client: pg.Client): Promise<ReadonlySet<number>> => {
  const { rows } = await client.query<{ known: boolean }>(
    "SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS known",
  );
  if (rows[0]?.known !== true) return new Set();
  const applied = await client.query<{ created_at: string }>(
    "SELECT created_at FROM drizzle.__drizzle_migrations",
  );
  return new Set(applied.rows.map(({ created_at }) => Number(created_at)));
};

const refuseHalfRestored = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ restoring: boolean }>(
    "SELECT to_regnamespace($1) IS NOT NULL AS restoring",
    [RESTORING_SCHEMA],
  );
  if (rows[0]?.restoring)
    throw new Error("a restore into it has not ended: drop it and restore again, or wait for the restore");
};

/** The table that drizzle-orm's migrator keeps, so that either may go on where the other ended. */
const JOURNAL_TABLE = `
  CREATE SCHEMA IF NOT EXISTS drizzle;
  CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)`;

/** One migration and its entry in the journal, together or not at all. */
const applyOnce = async (client: pg.Client, { statements, hash, when }: Migration): Promise<void> => {
  await client.query("BEGIN");
  try {
    await client.query(`SET LOCAL lock_timeout = ${MIGRATION_LOCK_TIMEOUT_MS}`);
    for (const statement of statements) await client.query(statement);
    await client.query("INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)", [
      hash,
      when,
    ]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
};

const isInTheWay = (error: unknown): boolean => {
  const state = sqlState(error);
  return state === sqlStates.lockNotAvailable || state === sqlStates.deadlockDetected;
};

const apply = async (client: pg.Client, migration: Migration, log: Logger): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyOnce(client, migration);
    } catch (error) {
      if (!isInTheWay(error) || attempt >= ATTEMPTS_MAX) throw error;
      log.info("a migration steps back: its tables are in use", { migration: migration.tag, attempt });
      await pause(backoffMs(STEP_BACK, attempt));
    }
  }
};

const wanted = (folder: string, { restoring }: MigrateOptions): readonly Migration[] => {
  const all = readMigrations(folder);
  if (restoring === undefined || restoring === "all") return all;
  const chosen = all.filter(({ tag }) => restoring.includes(tag));
  if (chosen.length !== restoring.length)
    throw new Error(
      "the backup was made by another version of Kiosk, whose migrations this one does not have",
    );
  return chosen;
};

const applyPending = async (
  client: pg.Client,
  migrations: readonly Migration[],
  log: Logger,
): Promise<void> => {
  const applied = await readApplied(client);
  const pending = migrations.filter(({ when }) => !applied.has(when));
  if (pending.length === 0) return;
  await client.query(JOURNAL_TABLE);
  const done: string[] = [];
  for (const migration of pending) {
    await apply(client, migration, log).catch((error: unknown) => {
      throw new MigrationFailed(migration.tag, done, error);
    });
    done.push(migration.tag);
  }
  log.info("migrated the database", { database: client.database, applied: done.length });
};

/**
 * Brings one database to the newest migration of `folder`; does nothing when it is there already. Each migration is one
 * transaction, so that its locks end with it, and one that fails leaves those before it done: a `MigrationFailed`. Instances that
 * start at once wait for each other. Migrations of a newer Kiosk are left alone: the code before it still works on them.
 */
export async function migrate(
  url: string,
  folder: string,
  log: Logger,
  options: MigrateOptions = {},
): Promise<void> {
  const migrations = wanted(folder, options);
  const client = await connect(url, log);
  try {
    await client.query("SET client_min_messages = warning");
    await takeTurn(client);
    if (options.restoring === undefined) await refuseHalfRestored(client);
    await applyPending(client, migrations, log);
  } finally {
    // Ending the session gives the lock back, also when the unlock could not be sent.
    await client.end().catch(() => undefined);
  }
}

/** The same as `planMigrations`, on a connection that is open. */
export const planOver = async (client: pg.Client, folder: string): Promise<MigrationPlan> => {
  const migrations = readMigrations(folder);
  const applied = await readApplied(client);
  const known = migrations.filter(({ when }) => applied.has(when));
  return {
    applied: known.map(({ tag }) => tag),
    pending: migrations.filter(({ when }) => !applied.has(when)).map(({ tag }) => tag),
    unknown: applied.size - known.length,
  };
};

/** What `migrate` would do, without doing it and without waiting for anybody. */
export async function planMigrations(url: string, folder: string, log: Logger): Promise<MigrationPlan> {
  const client = await connect(url, log);
  try {
    return await planOver(client, folder);
  } finally {
    await client.end().catch(() => undefined);
  }
}
