import { and, eq, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { ExternalIdentityStore } from "../usecases/oidc-ports.ts";
import { externalIdentity } from "./schema.ts";

/** The class of the advisory lock; phones have 1, Telegram accounts 2. */
const LOCK_CLASS = 3;

export const createExternalIdentityStore = (db: Queryable): ExternalIdentityStore => ({
  async lock(provider, subject) {
    // Together they are no text that another pair makes: a provider's name has no space.
    await db.execute(sql`select pg_advisory_xact_lock(${LOCK_CLASS}, hashtext(${`${provider} ${subject}`}))`);
  },
  async find(provider, subject) {
    const [row] = await db
      .select({ userId: externalIdentity.userId })
      .from(externalIdentity)
      .where(and(eq(externalIdentity.provider, provider), eq(externalIdentity.subject, subject)));
    return row?.userId ?? null;
  },
  async save({ provider, subject, userId, now }) {
    await db
      .insert(externalIdentity)
      .values({ provider, subject, userId, createdAt: now })
      .onConflictDoUpdate({
        target: [externalIdentity.provider, externalIdentity.subject],
        set: { userId },
      });
  },
  async forget(userId) {
    await db.delete(externalIdentity).where(eq(externalIdentity.userId, userId));
  },
});
