import { z } from "zod";
import type { AuditFilter, AuditRecord, Stores } from "./ports.ts";

/** Where a page ended: the id of its last record. */
export const auditPositionSchema = z.uuid();

/** Security events, the newest first. */
export const readAudit =
  ({ stores }: { stores: Pick<Stores, "audit"> }) =>
  async (input: {
    filter: AuditFilter;
    after: string | null;
    limit: number;
  }): Promise<{ records: readonly AuditRecord[]; next: string | null }> => {
    const found = await stores.audit.list(input.filter, { below: input.after, limit: input.limit + 1 });
    const records = found.slice(0, input.limit);
    return { records, next: found.length > input.limit ? (records.at(-1)?.id ?? null) : null };
  };
