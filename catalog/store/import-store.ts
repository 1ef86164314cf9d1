import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { KioskError } from "../../shared/kernel/errors.ts";
import type { Database } from "../../shared/ports/database.ts";
import type {
  ImportFacts,
  ImportLog,
  ImportReads,
  ImportRun,
  ImportState,
} from "../usecases/import-ports.ts";
import { noCounts } from "../usecases/import-report.ts";
import { productImport } from "./schema.ts";

/** Who has given no sign for so long is taken for dead: far more than a chunk takes, with all its attempts. */
export const SILENCE_SECONDS = 30;
/** How long it is known what became of a file. */
const KEEP_DAYS = 30;
const RETRY_AFTER_SECONDS = 5;

// All times are the database's own: the clocks of the instances may differ.
const isSilent = sql`${productImport.progressAt} < now() - make_interval(secs => ${SILENCE_SECONDS})`;
const seenState = sql<ImportState>`case when ${productImport.state} = 'running' and ${isSilent} then 'broken-off'
  else ${productImport.state} end`;

const progressColumns = {
  id: productImport.id,
  state: seenState,
  dryRun: productImport.dryRun,
  format: productImport.format,
  bytes: productImport.bytes,
  totalBytes: productImport.totalBytes,
  counts: productImport.counts,
  startedAt: productImport.startedAt,
  progressAt: productImport.progressAt,
  endedAt: productImport.endedAt,
  problem: productImport.problem,
};
const recordColumns = { ...progressColumns, report: productImport.report, sha256: productImport.sha256 };

const flat = <Row extends { counts: ImportFacts["counts"] }>({ counts, ...row }: Row) => ({
  ...counts,
  ...row,
});

const isOf = ({ id, run }: ImportRun): SQL | undefined =>
  and(eq(productImport.id, id), eq(productImport.run, run), eq(productImport.state, "running"));

const stillRunning = (): KioskError =>
  new KioskError("CONFLICT", "This import is still running: ask again shortly.", {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

const takenOver = (): KioskError =>
  new KioskError(
    "CONFLICT",
    "This import was silent for too long, and has been begun anew by somebody else.",
  );

const startOf = ({ id, run, dryRun, totalBytes }: Parameters<ImportLog["begin"]>[0]) => ({
  ...{ id, run, dryRun, totalBytes, state: "running" as const, counts: noCounts },
  ...{ bytes: 0, format: null, endedAt: null, problem: null, report: null, sha256: null },
});

/** A run that ended, or is taken for dead, may be begun anew; one that is done only where it was dry, and no real one by a dry one. */
const mayBeginAnew = (dryRun: boolean): SQL =>
  sql`(${productImport.dryRun} or (not ${dryRun}::boolean and ${productImport.state} <> 'done'))
    and (${productImport.state} <> 'running' or ${isSilent})`;

const readsOf = ({ db }: Database): ImportReads => ({
  async find(id) {
    const [row] = await db.select(recordColumns).from(productImport).where(eq(productImport.id, id));
    return row === undefined ? null : flat(row);
  },
  async progressOf(id) {
    const [row] = await db.select(progressColumns).from(productImport).where(eq(productImport.id, id));
    return row === undefined ? null : flat(row);
  },
  async page(limit, after) {
    const older =
      after === null
        ? undefined
        : sql`(${productImport.startedAt}, ${productImport.id})
            < (${new Date(after.startedAtMs).toISOString()}::timestamptz, ${after.id}::uuid)`;
    const rows = await db
      .select(progressColumns)
      .from(productImport)
      .where(older)
      .orderBy(desc(productImport.startedAt), desc(productImport.id))
      .limit(limit);
    return rows.map(flat);
  },
});

/** Imports and how far they are, in PostgreSQL. */
export const createImportStore = (database: Database): ImportLog & ImportReads => {
  const { db } = database;
  const reads = readsOf(database);
  const now = sql`now()`;
  return {
    ...reads,
    async begin(start) {
      const values = startOf(start);
      const begun = await db
        .insert(productImport)
        .values(values)
        .onConflictDoUpdate({
          target: productImport.id,
          set: { ...values, startedAt: now, progressAt: now },
          setWhere: mayBeginAnew(start.dryRun),
        });
      if (begun.rowCount === 1) return { begun: true };
      const kept = await reads.find(start.id);
      if (kept === null || kept.state === "running") throw stillRunning();
      return { begun: false, kept };
    },
    async progress(run, { format, bytes, counts }) {
      const { rowCount } = await db
        .update(productImport)
        .set({ format, bytes, counts, progressAt: now })
        .where(isOf(run));
      if (rowCount === 0) throw takenOver();
    },
    async end(run, { state, format, bytes, counts, report, sha256, problem }) {
      await db
        .update(productImport)
        .set({ state, format, bytes, counts, report, sha256, problem, progressAt: now, endedAt: now })
        .where(isOf(run));
    },
  };
};

/** Forgets imports that are past their time. Any instance may do so at any time. */
export const pruneImports = async ({ db }: Database): Promise<void> => {
  await db
    .delete(productImport)
    .where(sql`${productImport.startedAt} < now() - make_interval(days => ${KEEP_DAYS}) and not (
      ${productImport.state} = 'running' and not (${isSilent}))`);
};
