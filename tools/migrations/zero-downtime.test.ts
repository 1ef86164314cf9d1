import { describe, expect, test } from "bun:test";
import { migrationFolders } from "../../boot/migration-folders.ts";
import { readMigrations } from "../../shared/runtime/migration-files.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import { breachesOf } from "./zero-downtime.ts";

const migrationsOf = (service: ServiceName) =>
  readMigrations(migrationFolders[service]).map(({ tag, statements }) => ({
    name: `${service} ${tag}`,
    text: statements.join("--> statement-breakpoint"),
  }));

describe("migrations", () => {
  for (const service of serviceNames) {
    test(`of ${service} leave the version before them running`, () => {
      const found = migrationsOf(service).flatMap(({ name, text }) => breachesOf(name, text));
      expect(found).toEqual([]);
    });
  }
});

describe("the rule", () => {
  const refused = [
    'DROP TABLE "x"',
    'ALTER TABLE "x" DROP COLUMN "y"',
    'ALTER TABLE "x" RENAME COLUMN "y" TO "z"',
    'ALTER TABLE "x" RENAME TO "z"',
    'ALTER TABLE "x" ALTER COLUMN "y" SET NOT NULL',
    'ALTER TABLE "x" ALTER COLUMN "y" SET DATA TYPE bigint',
    'ALTER TABLE "x" ALTER COLUMN "y" TYPE bigint',
    'ALTER TABLE "x" ADD COLUMN "y" text NOT NULL',
    'TRUNCATE "x"',
    "DROP FUNCTION f()",
  ];
  for (const statement of refused) {
    test(`refuses ${statement}`, () => {
      expect(breachesOf("0001_x", `SELECT 1;--> statement-breakpoint\n${statement};`)).toHaveLength(1);
    });
  }

  const allowed = [
    'ALTER TABLE "x" ADD COLUMN "y" text',
    `ALTER TABLE "x" ADD COLUMN "y" text DEFAULT '' NOT NULL`,
    'ALTER TABLE "x" ADD COLUMN "y" bigint GENERATED ALWAYS AS IDENTITY NOT NULL',
    'ALTER TABLE "x" ALTER COLUMN "y" DROP NOT NULL',
    'ALTER TABLE "x" DROP CONSTRAINT "x_check"',
    'CREATE TABLE "x" ("y" text NOT NULL)',
    'CREATE TABLE "x" ("y" text);--> statement-breakpoint\nALTER TABLE "x" ALTER COLUMN "y" SET NOT NULL',
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ TRUNCATE x $$",
    'CREATE TRIGGER "t" BEFORE UPDATE OR TRUNCATE ON "x" EXECUTE FUNCTION f()',
    '-- contract: nothing has read it since version 0.4\nALTER TABLE "x" DROP COLUMN "y"',
    "-- DROP TABLE x would be too early\nSELECT 1",
  ];
  for (const statement of allowed) {
    test(`allows ${statement.replaceAll("\n", " ")}`, () => {
      expect(breachesOf("0001_x", statement)).toEqual([]);
    });
  }

  test("wants a reason behind the marker, and lets it stand for one statement only", () => {
    const drop = 'ALTER TABLE "x" DROP COLUMN "y"';
    expect(breachesOf("0001_x", `-- contract:\n${drop}`)).toHaveLength(1);
    const marked = `-- contract: nothing has read it since version 0.4\n${drop}`;
    expect(breachesOf("0001_x", `${marked};--> statement-breakpoint\n${drop}`)).toHaveLength(1);
  });
});
