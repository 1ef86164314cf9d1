import { and, desc, eq, lt } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { AuditLog } from "../usecases/ports.ts";
import { auditEvent } from "./schema.ts";
import type { StoreContext } from "./store-context.ts";

export const createAuditLog = (db: Queryable, { newId, currentRequest }: StoreContext): AuditLog => ({
  async append(entries) {
    if (entries.length === 0) return;
    const requestId = currentRequest()?.requestId ?? null;
    await db.insert(auditEvent).values(entries.map((entry) => ({ ...entry, id: newId(), requestId })));
  },
  list: ({ userId, kind }, { below, limit }) =>
    db
      .select()
      .from(auditEvent)
      .where(
        and(
          userId === undefined ? undefined : eq(auditEvent.userId, userId),
          kind === undefined ? undefined : eq(auditEvent.kind, kind),
          below === null ? undefined : lt(auditEvent.id, below),
        ),
      )
      .orderBy(desc(auditEvent.id))
      .limit(limit),
});
