import { eq } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Queryable } from "../../shared/ports/database.ts";
import type { RefreshTokenStore } from "../usecases/session-ports.ts";
import { appUser, refreshToken, session } from "./schema.ts";
import { sessionFromRow } from "./session-store.ts";

export const createRefreshTokenStore = (db: Queryable): RefreshTokenStore => {
  /** Its own statement: what is read after it has waited sees what the request before it committed. */
  const lockSession = (hash: string) =>
    db
      .select({ id: session.id })
      .from(session)
      .innerJoin(refreshToken, eq(refreshToken.sessionId, session.id))
      .where(eq(refreshToken.hash, hash))
      .for("update", { of: session });

  return {
    async insert({ hash, sessionId, parentHash, now }) {
      await db.insert(refreshToken).values({ hash, sessionId, parentHash, createdAt: now });
    },
    async lockState(hash) {
      const locked = await lockSession(hash);
      if (locked.length === 0) return null;
      const successor = alias(refreshToken, "successor");
      const [row] = await db
        .select({ token: refreshToken, session, user: appUser, successorUsedAt: successor.usedAt })
        .from(refreshToken)
        .innerJoin(session, eq(session.id, refreshToken.sessionId))
        .innerJoin(appUser, eq(appUser.id, session.userId))
        .leftJoin(successor, eq(successor.parentHash, refreshToken.hash))
        .where(eq(refreshToken.hash, hash));
      if (!row) return null;
      return {
        session: sessionFromRow(row.session),
        user: row.user,
        sessionRevoked: row.session.revokedAt !== null,
        sessionExpiresAt: row.session.expiresAt,
        userActive: row.user.status === "active",
        usedAt: row.token.usedAt,
        successorUsedAt: row.successorUsedAt,
      };
    },
    async markUsed(hash, now) {
      await db.update(refreshToken).set({ usedAt: now }).where(eq(refreshToken.hash, hash));
    },
  };
};
