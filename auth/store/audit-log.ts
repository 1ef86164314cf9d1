import { and, desc, eq, inArray, isNotNull, lt, or } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { AuditLog } from "../usecases/ports.ts";
import { auditEvent } from "./schema.ts";
import type { StoreContext } from "./store-context.ts";

const hasPlace = or(isNotNull(auditEvent.ip), isNotNull(auditEvent.userAgent));

export const createAuditLog = (db: Queryable, { newId, currentRequest }: StoreContext): AuditLog => ({
  async append(entries) {
    if (entries.length === 0) return;
    const requestId = currentRequest()?.requestId ?? null;
    await db.insert(auditEvent).values(entries.map((entry) => ({ ...entry, id: newId(), requestId })));
  },
  async forgetPlaces(before, limit) {
    const old = db
      .select({ id: auditEvent.id })
      .from(auditEvent)
      .where(and(lt(auditEvent.at, before), hasPlace))
      .limit(limit)
      .for("update", { skipLocked: true });
    const forgotten = await db
      .update(auditEvent)
      .set({ ip: null, userAgent: null })
      .where(inArray(auditEvent.id, old));
    return forgotten.rowCount ?? 0;
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
