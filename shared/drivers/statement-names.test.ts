import { expect, test } from "bun:test";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { testDatabase } from "../testing/test-database.ts";
import { createStatementNames } from "./statement-names.ts";

const meet = (nameOf: (text: string) => string | undefined, text: string, times: number) =>
  Array.from({ length: times }, () => nameOf(text)).at(-1);

test("a statement that comes again and again gets a name and keeps it", () => {
  const nameOf = createStatementNames();
  expect(meet(nameOf, "select 1", 2)).toBeUndefined();
  const name = nameOf("select 1");
  expect(name).toBeString();
  expect(meet(nameOf, "select 1", 10)).toBe(name);
  expect(meet(nameOf, "select 2", 3)).not.toBe(name);
});

test("names are few, however many statements there are, and none is for a long text", () => {
  const nameOf = createStatementNames();
  const named = Array.from({ length: 1_000 }, (_, i) => meet(nameOf, `select ${i}`, 3)).filter(Boolean);
  expect(new Set(named).size).toBe(200);
  expect(meet(createStatementNames(), `select '${"x".repeat(10_000)}'`, 10)).toBeUndefined();
});

test("several commands in one text run as often as one likes: they are never prepared", async () => {
  const migrations = join(import.meta.dir, "../testing/outbox-migrations");
  const database = await testDatabase({ name: "commands", migrations });
  const commands = sql.raw("set local lock_timeout = '1s'; set local statement_timeout = '2s'");
  for (let times = 0; times < 5; times += 1) await database.transaction((tx) => tx.execute(commands));
  const shown = await database.transaction(async (tx) => {
    await tx.execute(commands);
    return tx.execute<{ lock_timeout: string }>(sql`show lock_timeout`);
  });
  expect(shown.rows[0]?.lock_timeout).toBe("1s");
  await database.drop();
});
