import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { withClient } from "../drivers/ensure-database.ts";
import { migrationsFolder } from "./migrations-folder.ts";
import { testDatabase } from "./test-database.ts";
import { testServer } from "./test-server.ts";
import { waitFor } from "./wait-for.ts";

// Starting a server on a busy machine takes longer than the 5 s that bun gives a test.
setDefaultTimeout(30_000);

const childProgram = `
  import { testDatabase } from ${JSON.stringify(join(import.meta.dir, "test-database.ts"))};
  const database = await testDatabase({ name: "left" });
  console.log(new URL(database.url).pathname.slice(1));
  process.kill(process.pid, "SIGKILL");
`;

describe("a test database", () => {
  let migrations: string;
  beforeAll(() => {
    migrations = migrationsFolder("CREATE TABLE item (id int PRIMARY KEY)");
  });
  afterAll(() => rmSync(migrations, { recursive: true, force: true }));

  const exists = async (database: string): Promise<boolean> =>
    withClient(await testServer(), async (client) => {
      const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
      return rowCount === 1;
    });

  const nameOf = (url: string): string => new URL(url).pathname.slice(1);

  test("is migrated, is nobody else's, and is gone when it was closed", async () => {
    const [mine, yours] = await Promise.all([
      testDatabase({ name: "items", migrations }),
      testDatabase({ name: "items", migrations }),
    ]);
    await mine.db.execute(sql`insert into item values (1)`);
    expect((await yours.db.execute(sql`select * from item`)).rows).toEqual([]);
    await Promise.all([mine.close(), yours.drop(), yours.close()]);
    expect(await exists(nameOf(mine.url))).toBe(false);
    expect(await exists(nameOf(yours.url))).toBe(false);
  });

  test("is removed although the process that made it was killed", async () => {
    const child = Bun.spawn([process.execPath, "-e", childProgram], {
      env: { ...process.env, TEST_DATABASE_URL: await testServer() },
      stdout: "pipe",
    });
    const name = (await new Response(child.stdout).text()).trim();
    expect(name).toStartWith("kiosk_test_");
    await waitFor(async () => !(await exists(name)), { what: `${name} to be dropped` });
  });
});
