import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { serviceNames } from "../../shared/runtime/service.ts";
import { UsageError } from "../database-command.ts";

/** Of the way in which a backup is written; raised when an older restore could not read it. */
export const BACKUP_FORMAT = 1;
export const MANIFEST_FILE = "manifest.json";

const tableSchema = z.strictObject({
  table: z.string(),
  /** Relative to the backup. */
  file: z.string().regex(/^[a-z]+\/[A-Za-z0-9_]+\.ndjson\.gz$/),
  columns: z.array(z.string()).min(1),
  rows: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const sequenceSchema = z.strictObject({
  sequence: z.string(),
  lastValue: z.string().regex(/^-?\d+$/),
  isCalled: z.boolean(),
});

const databaseSchema = z.strictObject({
  service: z.enum(serviceNames),
  /** When this database was looked at, by its own clock. */
  seenAt: z.iso.datetime(),
  migrations: z.array(z.string()).min(1),
  tables: z.array(tableSchema),
  sequences: z.array(sequenceSchema),
});

const manifestSchema = z.strictObject({
  format: z.literal(BACKUP_FORMAT),
  kiosk: z.string(),
  beganAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  databases: z.array(databaseSchema).length(serviceNames.length),
});

export type TableEntry = z.infer<typeof tableSchema>;
export type SequenceEntry = z.infer<typeof sequenceSchema>;
export type DatabaseEntry = z.infer<typeof databaseSchema>;
export type Manifest = z.infer<typeof manifestSchema>;

/** Reads what a backup says of itself. Fails with a UsageError where there is none, or one of another format. */
export const readManifest = (folder: string): Manifest => {
  const file = join(folder, MANIFEST_FILE);
  if (!existsSync(file))
    throw new UsageError(
      `There is no backup in ${folder}: ${MANIFEST_FILE} is missing, which is written last.`,
    );
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const services = new Set(manifest.databases.map(({ service }) => service));
    if (services.size === serviceNames.length) return manifest;
  } catch {
    // Told below, in the same words: the file may hold anything.
  }
  throw new UsageError(`${file} is not what this version of Kiosk writes: it cannot be restored by it.`);
};
