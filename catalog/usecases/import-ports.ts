import type { ImportCounts, ImportReport } from "./import-report.ts";

/** `broken-off`: the upload ended too soon, or whoever worked on it has given no sign for a while. */
export const importStates = ["running", "done", "failed", "broken-off"] as const;
export type ImportState = (typeof importStates)[number];

/** Why an import ended before its file did: an error's stable code and its text for people. */
export interface ImportProblem {
  readonly code: string;
  readonly message: string;
}

/** How far an import is. */
export interface ImportProgress extends ImportCounts {
  readonly id: string;
  readonly state: ImportState;
  readonly dryRun: boolean;
  /** Null before the first row has been read. */
  readonly format: string | null;
  readonly bytes: number;
  /** Null where the sender did not say. */
  readonly totalBytes: number | null;
  readonly startedAt: Date;
  /** The last sign of life. */
  readonly progressAt: Date;
  /** Null while it runs, or seems to. */
  readonly endedAt: Date | null;
  readonly problem: ImportProblem | null;
}

/** The same with what became of the file; null before the end. */
export interface ImportRecord extends ImportProgress {
  readonly report: ImportReport | null;
  /** Of the file, in hex; null before the end. */
  readonly sha256: string | null;
}

export type ImportFacts = Pick<ImportProgress, "format" | "bytes"> & { readonly counts: ImportCounts };

/** How a run ends. */
export interface ImportEnd extends ImportFacts {
  readonly state: Exclude<ImportState, "running">;
  readonly report: ImportReport | null;
  readonly sha256: string | null;
  readonly problem: ImportProblem | null;
}

/** One process at work on an import: another may have taken it over since. */
export interface ImportRun {
  readonly id: string;
  readonly run: string;
}

export interface ImportLog {
  /**
   * Begins a run of the import, from nothing, or anew where one before has ended without success. Fails with `CONFLICT` while
   * another one is at work. Answers what is kept where it has been done, and for a dry run whatever a real one has left.
   */
  begin(
    start: ImportRun & { readonly dryRun: boolean; readonly totalBytes: number | null },
  ): Promise<{ readonly begun: true } | { readonly begun: false; readonly kept: ImportRecord }>;
  /** Fails with `CONFLICT` when another run has taken over. */
  progress(run: ImportRun, facts: ImportFacts): Promise<void>;
  /** Nothing when another run has taken over. */
  end(run: ImportRun, end: ImportEnd): Promise<void>;
}

export interface ImportReads {
  progressOf(id: string): Promise<ImportProgress | null>;
  find(id: string): Promise<ImportRecord | null>;
  /** Newest first, from after a position on. */
  page(limit: number, after: ImportPosition | null): Promise<ImportProgress[]>;
}

export interface ImportPosition {
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly id: string;
}

/** The file of an import, as it comes. */
export interface ImportUpload {
  readonly totalBytes: number | null;
  bytes(): number;
  /** False from the first byte on that is no UTF-8. */
  isUtf8(): boolean;
  /** Once it has been read. */
  sha256(): string;
}
