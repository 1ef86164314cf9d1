import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Channel, SecretKind, Shape } from "./kinds.ts";

/** How much of the suite was looked at. */
export interface Looked {
  readonly lines: number;
  readonly tables: number;
  /** Databases that were gone before they could be read. */
  readonly unread: number;
}

/** One line of a spool file; the first member says what the others are. */
export type SpoolRecord =
  | readonly ["secret", SecretKind, string, readonly string[]]
  | readonly ["alias", string, string]
  | readonly ["run", Channel, string, string]
  | readonly ["code", Channel, string, string, string]
  | readonly ["phone", Channel, string, string]
  | readonly ["text", Channel, string, string]
  | readonly ["shape", Channel, string, Shape]
  | readonly ["looked", Looked];

/** Records that are remembered so as not to be written twice; then it begins anew. */
const REMEMBERED_MAX = 200_000;
export const SPOOL_SUFFIX = ".canary.jsonl";

/**
 * Writes into a file of this process, each record once. A test process is ended without a word, so nothing waits longer than one
 * turn of the event loop.
 */
export const createSpool = (folder: string) => {
  const file = join(folder, `${process.pid}-${crypto.randomUUID()}${SPOOL_SUFFIX}`);
  const written = new Set<string>();
  let waiting: string[] = [];
  let looked = { lines: 0, tables: 0, unread: 0 };

  const flush = (): void => {
    if (waiting.length + looked.lines + looked.tables + looked.unread === 0) return;
    const record: SpoolRecord = ["looked", looked];
    const lines = [...waiting, JSON.stringify(record)];
    waiting = [];
    looked = { lines: 0, tables: 0, unread: 0 };
    appendFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  };

  return {
    write(record: SpoolRecord): void {
      const line = JSON.stringify(record);
      if (written.has(line)) return;
      if (written.size >= REMEMBERED_MAX) written.clear();
      written.add(line);
      if (waiting.push(line) === 1) setImmediate(flush);
    },
    count(more: Partial<Looked>): void {
      const { lines = 0, tables = 0, unread = 0 } = more;
      looked = {
        lines: looked.lines + lines,
        tables: looked.tables + tables,
        unread: looked.unread + unread,
      };
    },
    flush,
  };
};
