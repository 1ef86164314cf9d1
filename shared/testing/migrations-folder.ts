import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of migrations as drizzle-kit lays it out, one per text of SQL. The caller removes it. */
export function migrationsFolder(...migrations: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "kiosk-migrations-"));
  writeMigrations(folder, migrations);
  return folder;
}

/** Writes the folder anew, with more migrations than before for example. */
export function writeMigrations(folder: string, migrations: readonly string[]): void {
  const entries = migrations.map((_, idx) => ({
    idx,
    version: "7",
    when: idx + 1,
    tag: `${idx}`,
    breakpoints: true,
  }));
  mkdirSync(join(folder, "meta"), { recursive: true });
  writeFileSync(
    join(folder, "meta", "_journal.json"),
    JSON.stringify({ version: "7", dialect: "postgresql", entries }),
  );
  migrations.forEach((sql, idx) => {
    writeFileSync(join(folder, `${idx}.sql`), sql);
  });
}
