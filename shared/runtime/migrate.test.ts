import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { sql } from "drizzle-orm";
import pg from "pg";
import { migrationsFolder, writeMigrations } from "../testing/migrations-folder.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";
import { waitFor } from "../testing/wait-for.ts";
import { MigrationFailed, migrate, planMigrations, RESTORING_SCHEMA } from "./migrate.ts";

// Starting a server on a busy machine takes longer than the 5 s that bun gives a test.
setDefaultTimeout(30_000);

const first = "CREATE TABLE first (id int)";
const second = "CREATE TABLE second (id int)";

describe("migrating a database", () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    folder = migrationsFolder(first);
    database = await testDatabase({ name: "migrate" });
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const tables = async (): Promise<unknown[]> => {
    const { rows } = await database.db.execute(
      sql`select tablename from pg_tables where schemaname = 'public' order by 1`,
    );
    return rows.map(({ tablename }) => tablename);
  };

  test("is done by one of several instances that start at once", async () => {
    const log = silentLogger();
    await Promise.all(Array.from({ length: 4 }, () => migrate(database.url, folder, log)));
    expect(await tables()).toEqual(["first"]);
    expect(log.lines.map(({ fields }) => fields.applied)).toEqual([1]);
  });

  test("applies only what is new, and nothing the next time", async () => {
    writeMigrations(folder, [first, second]);
    const log = silentLogger();
    await migrate(database.url, folder, log);
    await migrate(database.url, folder, log);
    expect(await tables()).toEqual(["first", "second"]);
    expect(log.lines).toHaveLength(1);
  });

  test("leaves nothing of a migration that fails half-way, and can be repeated", async () => {
    writeMigrations(folder, [
      first,
      second,
      "CREATE TABLE third (id int);\n--> statement-breakpoint\nSELECT 1/0",
    ]);
    await expect(migrate(database.url, folder, silentLogger())).rejects.toThrow();
    expect(await tables()).toEqual(["first", "second"]);
    writeMigrations(folder, [first, second, "CREATE TABLE third (id int)"]);
    await migrate(database.url, folder, silentLogger());
    expect(await tables()).toEqual(["first", "second", "third"]);
  });

  test("a failure in the third of four leaves the first two done, and says which failed", async () => {
    const own = await testDatabase({ name: "migrate_some" });
    const three = migrationsFolder(first, second, "CREATE TABLE third (id int); SELECT 1/0", "SELECT 1");
    try {
      const failed = await migrate(own.url, three, silentLogger()).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(MigrationFailed);
      expect(failed).toMatchObject({
        message: "migration 2 failed: division by zero (done before it: 0, 1)",
        tag: "2",
        done: ["0", "1"],
      });
      expect(await planMigrations(own.url, three, silentLogger())).toEqual({
        applied: ["0", "1"],
        pending: ["2", "3"],
        unknown: 0,
      });
    } finally {
      await own.drop();
      rmSync(three, { recursive: true, force: true });
    }
  });

  test("steps back while its table is in use, so that nobody waits behind it, and goes on afterwards", async () => {
    const own = await testDatabase({ name: "migrate_busy" });
    const busy = migrationsFolder(first);
    const reader = new pg.Client({ connectionString: own.url });
    try {
      await migrate(own.url, busy, silentLogger());
      await reader.connect();
      await reader.query("BEGIN; SELECT * FROM first");
      writeMigrations(busy, [first, "ALTER TABLE first ADD COLUMN name text"]);
      const log = silentLogger();
      const migrating = migrate(own.url, busy, log);
      await waitFor(() => log.lines.some(({ message }) => message.includes("steps back")), {
        timeoutMs: 30_000,
      });
      // Not behind the migration for ever: between two tries the table is free.
      await own.db.execute(sql`select count(*) from first`);
      await reader.query("COMMIT");
      await migrating;
      await own.db.execute(sql`select name from first`);
    } finally {
      await reader.end();
      await own.drop();
      rmSync(busy, { recursive: true, force: true });
    }
  });

  test("the migrations of a newer Kiosk are left alone, and counted", async () => {
    const own = await testDatabase({ name: "migrate_newer" });
    const newer = migrationsFolder(first, second);
    const older = migrationsFolder(first);
    try {
      await migrate(own.url, newer, silentLogger());
      await migrate(own.url, older, silentLogger());
      expect(await planMigrations(own.url, older, silentLogger())).toEqual({
        applied: ["0"],
        pending: [],
        unknown: 1,
      });
    } finally {
      await own.drop();
      for (const made of [newer, older]) rmSync(made, { recursive: true, force: true });
    }
  });

  test("one that came late, from another branch, is applied though a later one has been", async () => {
    const own = await testDatabase({ name: "migrate_late" });
    const late = migrationsFolder(first, second);
    try {
      await migrate(own.url, late, silentLogger());
      await own.db.execute(sql`drop table first`);
      await own.db.execute(sql`delete from drizzle.__drizzle_migrations where created_at = 1`);
      await migrate(own.url, late, silentLogger());
      await own.db.execute(sql`select * from first`);
    } finally {
      await own.drop();
      rmSync(late, { recursive: true, force: true });
    }
  });

  test("a database into which a restore has not ended is refused", async () => {
    const own = await testDatabase({ name: "migrate_half" });
    try {
      await own.db.execute(sql.raw(`create schema ${RESTORING_SCHEMA}`));
      await expect(migrate(own.url, folder, silentLogger())).rejects.toThrow(
        "a restore into it has not ended",
      );
    } finally {
      await own.drop();
    }
  });
});
