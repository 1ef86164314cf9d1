import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** One migration as `bun run db:generate` wrote it. */
export interface Migration {
  /** Its name, such as `0003_barcode`. */
  readonly tag: string;
  /** When it was generated, milliseconds: what the database remembers it by. */
  readonly when: number;
  readonly statements: readonly string[];
  /** SHA-256 of its file, as drizzle-orm's own migrator stores it. */
  readonly hash: string;
}

const journalSchema = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) });

const BREAKPOINT = "--> statement-breakpoint";

const readOne = (folder: string, { tag, when }: { tag: string; when: number }): Migration => {
  const text = readFileSync(join(folder, `${tag}.sql`), "utf8");
  return {
    tag,
    when,
    statements: text.split(BREAKPOINT).filter((statement) => statement.trim() !== ""),
    hash: createHash("sha256").update(text).digest("hex"),
  };
};

/** The migrations of a folder in their order. Fails where the journal is missing or names a file that is not there. */
export const readMigrations = (folder: string): readonly Migration[] => {
  const journal: unknown = JSON.parse(readFileSync(join(folder, "meta", "_journal.json"), "utf8"));
  return journalSchema.parse(journal).entries.map((entry) => readOne(folder, entry));
};
