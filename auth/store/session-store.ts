import { and, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, ne, or, type SQL } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { Session } from "../domain/session.ts";
import type { SessionStore } from "../usecases/session-ports.ts";
import { session } from "./schema.ts";

/** Sessions of one user that are listed, at most. Ending all ends those beyond it too. */
const LIST_MAX = 100;
/** What stands where the gateway did not say where a request came from: it tells nothing, so it replaces nothing. */
const UNKNOWN_IP = "unknown";

export const sessionFromRow = (row: typeof session.$inferSelect): Session => ({
  id: row.id,
  userId: row.userId,
  challengeId: row.challengeId,
  createdAt: row.createdAt,
  lastUsedAt: row.lastUsedAt,
  expiresAt: row.expiresAt,
  userAgent: row.userAgent,
  ip: row.ip,
  provedAt: row.provedAt,
});

const isLive = (now: Date) => and(isNull(session.revokedAt), gt(session.expiresAt, now));

const findWhere = async (db: Queryable, condition: SQL | undefined): Promise<Session | null> => {
  const [row] = await db.select().from(session).where(condition);
  return row ? sessionFromRow(row) : null;
};

export const createSessionStore = (db: Queryable): SessionStore => ({
  async insert(created) {
    await db.insert(session).values(created);
  },
  async touch(id, { now, ip, expiresAt }) {
    const from = ip === UNKNOWN_IP ? {} : { ip };
    await db
      .update(session)
      .set({ lastUsedAt: now, expiresAt, ...from })
      .where(eq(session.id, id));
  },
  async listLive(userId, now) {
    const rows = await db
      .select()
      .from(session)
      .where(and(eq(session.userId, userId), isLive(now)))
      .orderBy(desc(session.lastUsedAt), desc(session.id))
      .limit(LIST_MAX);
    return rows.map(sessionFromRow);
  },
  find: (id) => findWhere(db, eq(session.id, id)),
  findLive: (id, now) => findWhere(db, and(eq(session.id, id), isLive(now))),
  findByChallenge: (challengeId) => findWhere(db, eq(session.challengeId, challengeId)),
  async prove(id, now) {
    await db.update(session).set({ provedAt: now }).where(eq(session.id, id));
  },
  async disown(id, now) {
    const disowned = await db
      .update(session)
      .set({ disownedAt: now })
      .where(and(eq(session.id, id), isNull(session.disownedAt)));
    return disowned.rowCount === 1;
  },
  async revoke({ userId, sessionId, exceptId, reason, now }) {
    const rows = await db
      .update(session)
      .set({ revokedAt: now, revokeReason: reason })
      .where(
        and(
          eq(session.userId, userId),
          isLive(now),
          sessionId === null ? undefined : eq(session.id, sessionId),
          exceptId === undefined ? undefined : ne(session.id, exceptId),
        ),
      )
      .returning({ id: session.id });
    return rows.map(({ id }) => id);
  },
  async deleteEnded(before, limit) {
    const old = db
      .select({ id: session.id })
      .from(session)
      .where(or(lt(session.expiresAt, before), lt(session.revokedAt, before)))
      .limit(limit)
      .for("update", { skipLocked: true });
    const deleted = await db.delete(session).where(inArray(session.id, old));
    return deleted.rowCount ?? 0;
  },
  async revokedSince(since) {
    const rows = await db
      .select({ id: session.id, revokedAt: session.revokedAt })
      .from(session)
      .where(and(isNotNull(session.revokedAt), gte(session.revokedAt, since)));
    return rows.flatMap(({ id, revokedAt }) => (revokedAt === null ? [] : [{ id, revokedAt }]));
  },
});
