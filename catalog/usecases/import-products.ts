import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError, KioskError, unavailable } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import type { ImportColumns } from "../domain/import-columns.ts";
import type { FileRow } from "../domain/import-row.ts";
import { categoryEnsuring } from "./import-categories.ts";
import { applyingChunks } from "./import-chunk.ts";
import type { ImportEnd, ImportFacts, ImportLog, ImportRun, ImportUpload } from "./import-ports.ts";
import { type ImportChunk, readImport } from "./import-reader.ts";
import { createImportTally, type ImportReport } from "./import-report.ts";
import type { CategoryReader, CategoryWriter, ProductListing, ProductWriter } from "./ports.ts";

export interface ImportProductsDeps {
  readonly products: Pick<ProductWriter, "putAll">;
  readonly listing: Pick<ProductListing, "lookup">;
  readonly categories: Pick<CategoryReader, "tree"> & Pick<CategoryWriter, "insert">;
  readonly log: ImportLog;
  readonly currency: string;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly pause: (ms: number) => Promise<void>;
  /** Aborted when the service stops: imports end after the chunk that they are at. */
  readonly stopping: AbortSignal;
  /** Told of each sign of progress. */
  readonly onProgress: (id: string) => void;
}

export interface ImportProductsInput {
  readonly id: string;
  /** Only tells what would be. */
  readonly dryRun: boolean;
  /** The rows of the file, the header first. */
  readonly records: AsyncIterable<FileRow>;
  readonly upload: ImportUpload;
}

export interface ImportedFile {
  readonly report: ImportReport;
  /** The same file had been imported before under this id: it was read, and nothing was done. */
  readonly replayed: boolean;
}

const mismatch = (): KioskError =>
  new KioskError(
    "IDEMPOTENCY_MISMATCH",
    "Under this id another file has been imported: use a new one for a new file.",
  );

/** What an error may be told of, in the log of imports too. */
const shownError = (error: unknown): KioskError =>
  isKioskError(error)
    ? error
    : new KioskError("INTERNAL", "Something went wrong on our side.", { cause: error });

/** What was applied stands: the caller has to know that. */
const brokenOff = (error: KioskError, { id, tally: { counts } }: Working): KioskError => {
  if (counts.created + counts.changed === 0) return error;
  const { code, message, details } = error;
  const rest = "What has been imported by then stands: send the file again, which leaves that as it is.";
  const extensions = { ...details.extensions, importId: id.id };
  return new KioskError(code, `${message} ${rest}`, { ...details, extensions });
};

/** Reads a file that has been imported before to its end, to see that it is the same. */
const replay = async (
  { records, upload }: ImportProductsInput,
  kept: { readonly report: ImportReport | null; readonly sha256: string | null },
): Promise<ImportedFile> => {
  for await (const _ of records);
  if (kept.report === null || kept.sha256 !== upload.sha256()) throw mismatch();
  return { report: kept.report, replayed: true };
};

/** A file that is being worked on. */
interface Working {
  readonly id: ImportRun;
  readonly dryRun: boolean;
  readonly tally: ReturnType<typeof createImportTally>;
  /** Null before the header has been read. */
  columns: ImportColumns | null;
}

const factsOf = ({ columns, tally }: Working, upload: ImportUpload): ImportFacts => ({
  format: columns?.format ?? null,
  bytes: upload.bytes(),
  counts: tally.counts,
});

/** What has become of the file by now. */
const reportOf = ({ dryRun, tally, columns }: Working): ImportReport | null =>
  columns === null ? null : tally.report({ dryRun, format: columns.format, ignoredColumns: columns.ignored });

/** Works on the file until its end. */
const work = async (deps: ImportProductsDeps, input: ImportProductsInput, run: Working): Promise<void> => {
  const { dryRun, records, upload } = input;
  const ensure = categoryEnsuring(deps, { dryRun, onNew: run.tally.newCategory });
  const apply = applyingChunks(deps, { dryRun, ensure });
  const rules = { currency: deps.currency, isUtf8: () => upload.isUtf8() };
  const applied = async ({ columns, items }: ImportChunk): Promise<void> => {
    if (deps.stopping.aborted) throw unavailable("This instance is stopping: send the file again.");
    run.columns = columns;
    const outcomes = items.length === 0 ? [] : await apply(items);
    for (const [i, item] of items.entries()) {
      const outcome = outcomes[i];
      if (outcome !== undefined) run.tally.done(item, outcome);
    }
    await deps.log.progress(run.id, factsOf(run, upload));
    deps.onProgress(input.id);
  };
  // One chunk is read while the one before is applied.
  let before: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of readImport(records, rules, run.tally)) {
      await before;
      before = applied(chunk);
      // Whoever awaits it is told; only nobody may be surprised by it.
      before.catch(() => undefined);
    }
  } finally {
    // Also when reading fails: what is being applied still counts.
    await before;
  }
};

/** The file broke off, or this instance did; everything else is a failure. */
const stateAfter = (error: KioskError, { stopping }: ImportProductsDeps): "broken-off" | "failed" =>
  stopping.aborted || isBrokenUpload(error) ? "broken-off" : "failed";

const isBrokenUpload = ({ code, details }: KioskError): boolean =>
  code === "VALIDATION" && details.extensions?.brokenUpload === true;

/**
 * Imports products from a file, chunk by chunk as it comes. Good rows stand and bad ones are reported. The same file again changes
 * nothing, so whatever ended too soon is sent again. Under the id of an import that is done the same file is told its report
 * (`replayed`). Fails with `VALIDATION` (no header that we know, the upload broke off), `PAYLOAD_TOO_LARGE`, `CONFLICT` (the id is
 * being worked on), `IDEMPOTENCY_MISMATCH`, and, with `importId` where a part stands, with whatever the store fails with.
 */
export const importProducts =
  (deps: ImportProductsDeps) =>
  async (input: ImportProductsInput): Promise<ImportedFile> => {
    const { id, dryRun, upload } = input;
    const run: Working = {
      id: { id, run: deps.newId() },
      dryRun,
      tally: createImportTally(),
      columns: null,
    };
    const begun = await deps.log.begin({ ...run.id, dryRun, totalBytes: upload.totalBytes });
    if (!begun.begun) {
      if (dryRun !== begun.kept.dryRun) throw mismatch();
      return replay(input, begun.kept);
    }
    deps.onProgress(id);
    const end = (how: Pick<ImportEnd, "state" | "sha256" | "problem">) =>
      deps.log.end(run.id, { ...factsOf(run, upload), report: reportOf(run), ...how });
    try {
      await work(deps, input, run);
      await end({ state: "done", sha256: upload.sha256(), problem: null });
    } catch (failure) {
      const error = shownError(failure);
      const problem = { code: error.code, message: error.message };
      // The database may be what failed: then the row is seen as broken off after a while.
      await end({ state: stateAfter(error, deps), sha256: null, problem }).catch(() => undefined);
      throw brokenOff(error, run);
    } finally {
      deps.onProgress(id);
    }
    const report = reportOf(run);
    if (report === null) throw new Error("an import was done without a header");
    return { report, replayed: false };
  };

export type ImportProducts = ReturnType<typeof importProducts>;
