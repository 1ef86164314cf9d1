import { and, desc, eq, gt, isNotNull, or, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { DeviceHistory } from "../usecases/device-ports.ts";
import { auditEvent, session } from "./schema.ts";

/** Sessions that are looked at, at most: who signs in more often is told once too often rather than made to wait. */
const LOOK_BACK = 500;

/** Somebody else's, as far as is known: the owner said so, or a stolen token was used in it. Its device would be the thief's next time. */
const isForeign = or(isNotNull(session.disownedAt), eq(session.revokeReason, "reuse"));

/** The sessions of an account are its devices; that there was a first sign-in stays in the audit log when they are gone. */
export const createDeviceHistory = (db: Queryable): DeviceHistory => ({
  async seenSince(userId, since) {
    const lastUsed = db
      .select({ userAgent: session.userAgent, ip: session.ip })
      .from(session)
      .where(and(eq(session.userId, userId), gt(session.lastUsedAt, since), sql`(${isForeign}) is not true`))
      .orderBy(desc(session.lastUsedAt))
      .limit(LOOK_BACK)
      .as("last_used");
    return db.selectDistinct({ userAgent: lastUsed.userAgent, ip: lastUsed.ip }).from(lastUsed);
  },
  async hasSignedIn(userId) {
    const rows = await db
      .select({ id: auditEvent.id })
      .from(auditEvent)
      .where(and(eq(auditEvent.userId, userId), eq(auditEvent.kind, "signed-in")))
      .limit(1);
    return rows.length > 0;
  },
});
