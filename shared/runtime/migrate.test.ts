import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { sql } from "drizzle-orm";
import { migrationsFolder, writeMigrations } from "../testing/migrations-folder.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";
import { migrate } from "./migrate.ts";

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
});
